/* A library that is loaded before all others, and makes the time of day jump: each time that somebody
   asks for it, it is up to three days before or behind. The monotonic clock stays what it is. */
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long jump(void) {
    static unsigned long state = 2026;
    /* Numerical Recipes, "quick and dirty" generator: any will do. */
    state = state * 1664525UL + 1013904223UL;
    return (long)((state >> 8) % (6UL * 86400UL)) - 3L * 86400L;
}

int clock_gettime(clockid_t clock, struct timespec *now) {
    int result = (int)syscall(SYS_clock_gettime, clock, now);
    if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
        now->tv_sec += jump();
    }
    return result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone) {
    struct timespec precise;
    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0) {
        return -1;
    }
    now->tv_sec = precise.tv_sec;
    now->tv_usec = precise.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now) {
    struct timespec precise;
    if (clock_gettime(CLOCK_REALTIME, &precise) != 0) {
        return (time_t)-1;
    }
    if (now != NULL) {
        *now = precise.tv_sec;
    }
    return precise.tv_sec;
}
