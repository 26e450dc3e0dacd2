/* SPDX-License-Identifier: Apache-2.0 */
/*
 * argon2id takes a tenth of a second and 64 MiB on purpose. It runs on libuv's pool, one at a
 * time, while its request is suspended: the loop that steers the house never waits for it.
 */
#include "host/http/internal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void hash(uv_work_t *work)
{
    struct job *job = work->data;
    if (job->verify) {
        job->succeeded =
            crypto_pwhash_str_verify(job->hash, job->password, strlen(job->password)) == 0;
    } else {
        job->succeeded = crypto_pwhash_str(job->hash, job->password, strlen(job->password),
                                           crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                           crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0;
    }
    sodium_memzero(job->password, sizeof job->password);
}

static void free_job(struct job *job)
{
    sodium_memzero(job, sizeof *job);
    free(job);
}

static void done(uv_work_t *work, int status)
{
    (void)status;
    struct job *job = work->data;
    struct web *web = job->web;
    if (web != NULL) {
        web->job = NULL;
    }
    if (web == NULL || job->request == NULL) {
        free_job(job);
        return;
    }
    job->is_done = true;
    MHD_resume_connection(job->request->connection);
    web_kick(web);
}

bool job_start(struct request *request, enum role role, const char *password, const char *hashed)
{
    struct web *web = request->web;
    struct job *job = web->job != NULL ? NULL : calloc(1, sizeof *job);
    if (job == NULL) {
        return false;
    }
    *job = (struct job){.web = web, .request = request, .role = role, .verify = hashed != NULL};
    job->work.data = job;
    snprintf(job->password, sizeof job->password, "%s", password);
    snprintf(job->hash, sizeof job->hash, "%s", hashed == NULL ? "" : hashed);
    if (uv_queue_work(web->loop, &job->work, hash, done) != 0) {
        free_job(job);
        return false;
    }
    web->job = job;
    request->job = job;
    MHD_suspend_connection(request->connection);
    return true;
}

/* The request is over: its job goes too, at once or when its thread is done. */
void job_detach(struct request *request)
{
    struct job *job = request->job;
    request->job = NULL;
    if (job == NULL) {
        return;
    }
    if (job->is_done && job->web != NULL) {
        free_job(job);
    } else {
        job->request = NULL;
    }
}
