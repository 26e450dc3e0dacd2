/* SPDX-License-Identifier: Apache-2.0 */
#ifndef HEARTH_HOST_SHOWN_TEXT_H
#define HEARTH_HOST_SHOWN_TEXT_H

/* Texts of the products' tables as people see them. The tables keep remarks on where a cell comes
   from (documents, files, numbers of decisions), which say nothing to who has only the product. */

#include <stddef.h>

/* `text` without such remarks: of "(a, b)" the part that is one, and the brackets when nothing is
   left. Always ends in NUL when `room` > 0. */
void shown_text(const char *text, char *out, size_t room);

#endif
