#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a folder of web files as a C table (host/http/assets.h): embed.py FOLDER OUT.c

index.html is served as "/", everything else under its own path. Bytes are gzip-compressed with a
fixed time stamp, so the same files give the same program.
"""
import gzip
import hashlib
import pathlib
import sys

TYPES = {
    '.html': 'text/html; charset=utf-8',
    '.js': 'text/javascript; charset=utf-8',
    '.css': 'text/css; charset=utf-8',
    '.svg': 'image/svg+xml',
    '.webmanifest': 'application/manifest+json',
    '.txt': 'text/plain; charset=utf-8',
}


def main() -> None:
    folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    rows, arrays = [], []
    files = sorted(p for p in folder.rglob('*') if p.suffix in TYPES)
    if not files:
        sys.exit(f'embed.py: {folder}: no files to embed')
    for i, file in enumerate(files):
        raw = file.read_bytes()
        packed = gzip.compress(raw, 9, mtime=0)
        etag = hashlib.sha256(raw).hexdigest()[:20]
        name = '/' + file.relative_to(folder).as_posix()
        path = '/' if name == '/index.html' else name
        lines = [', '.join(str(b) for b in packed[k:k + 24]) for k in range(0, len(packed), 24)]
        arrays.append(f'static const unsigned char file_{i}[] = {{\n' + ',\n'.join(lines) + '};\n')
        hashed = 'true' if name.startswith('/assets/') else 'false'
        rows.append(f'    {{"{path}", "{TYPES[file.suffix]}", "\\"{etag}\\"", {hashed}, '
                    f'file_{i}, {len(packed)}, {len(raw)}}},\n')
    out.write_text('/* SPDX-License-Identifier: Apache-2.0 */\n/* Written by tools/embed.py. */\n'
                   '#include "host/http/assets.h"\n\n' + '\n'.join(arrays) +
                   '\nconst struct asset web_assets[] = {\n' + ''.join(rows) + '};\n'
                   f'const size_t web_n_assets = {len(files)};\n')


if __name__ == '__main__':
    main()
