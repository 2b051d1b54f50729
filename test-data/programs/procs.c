/*
 * procs PROCESSES THREADS: that many sleeping children of that many threads each. Prints their
 * pids, one a line, then "ready", and sleeps until it is killed; the children die with it.
 */
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

static void *nap(void *unused)
{
    for (;;)
        pause();
    return unused;
}

static void child(int threads, int ready)
{
    pthread_attr_t small;
    pthread_t thread;

    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 64 * 1024);
    for (int i = 1; i < threads; i++)
        if (pthread_create(&thread, &small, nap, NULL) != 0)
            exit(1);
    if (write(ready, "", 1) != 1)
        exit(1);
    close(ready);
    nap(NULL);
}

int main(int argc, char **argv)
{
    int ready[2];
    pid_t parent = getpid();
    char byte;

    if (argc != 3 || pipe(ready) != 0)
        return 2;
    for (int i = atoi(argv[1]); i > 0; i--) {
        pid_t pid = fork();
        if (pid < 0)
            return 1;
        if (pid == 0) {
            prctl(PR_SET_PDEATHSIG, SIGKILL);
            /* Killed before that: nobody would tell. */
            if (getppid() != parent)
                return 1;
            child(atoi(argv[2]), ready[1]);
        }
        printf("%d\n", pid);
    }
    for (int i = atoi(argv[1]); i > 0; i--)
        if (read(ready[0], &byte, 1) != 1)
            return 1;
    printf("ready\n");
    fflush(stdout);
    pause();
    return 0;
}
