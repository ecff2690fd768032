/* SPDX-License-Identifier: Apache-2.0
 * Preloaded into the program and its helpers: makes one call fail that writes below a folder.
 *   FAULT_FOLDER  only files below it are watched (an absolute path)
 *   FAULT_AT      which of the watched calls fails, counted from 1 over all processes; 0: none
 *   FAULT_ERROR   the errno it fails with; 0: it does nothing and says that it did
 *   FAULT_READS   set: watched are the calls that open for reading and read, and nothing else
 *   FAULT_COUNT   a file of 4 bytes that counts the watched calls
 * Watched are the calls that create, write, flush, close and rename, and stdio's own (libc makes its system calls from
 * within, where they cannot be replaced). */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static atomic_int* count;
static int fail_at, fail_with, of_reading;
static char folder[4096];

__attribute__((constructor)) static void begin(void) {
  const char* file = getenv("FAULT_COUNT");
  const char* below = getenv("FAULT_FOLDER");
  const int descriptor = file == NULL ? -1 : REAL(open)(file, O_RDWR | O_CLOEXEC);
  if (descriptor < 0 || below == NULL) {
    return;
  }
  void* memory = mmap(NULL, sizeof(atomic_int), PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0);
  REAL(close)(descriptor);
  if (memory == MAP_FAILED) {
    return;
  }
  snprintf(folder, sizeof(folder), "%s", below);
  fail_at = atoi(getenv("FAULT_AT"));
  fail_with = atoi(getenv("FAULT_ERROR"));
  of_reading = getenv("FAULT_READS") != NULL;
  count = memory;
}

static int fails(const char* path, int reads) {
  if (count == NULL || reads != of_reading || path == NULL || strncmp(path, folder, strlen(folder)) != 0) {
    return 0;
  }
  if (atomic_fetch_add(count, 1) + 1 != fail_at) {
    return 0;
  }
  errno = fail_with;
  return 1;
}

static int fails_at(int descriptor, int reads) {
  char link[64], path[4096];
  if (count == NULL || reads != of_reading) {
    return 0;
  }
  snprintf(link, sizeof(link), "/proc/self/fd/%d", descriptor);
  const ssize_t length = readlink(link, path, sizeof(path) - 1);
  if (length < 0) {
    return 0;
  }
  path[length] = '\0';
  return fails(path, reads);
}

static ssize_t failed(size_t size) { return fail_with == 0 ? (ssize_t)size : -1; }

#define OPENS(name)                                                   \
  int name(const char* path, int flags, ...) {                        \
    va_list rest;                                                     \
    va_start(rest, flags);                                            \
    const mode_t mode = (flags & O_CREAT) ? va_arg(rest, mode_t) : 0; \
    va_end(rest);                                                     \
    if (fails(path, (flags & (O_CREAT | O_WRONLY | O_RDWR)) == 0)) {  \
      return -1;                                                      \
    }                                                                 \
    return REAL(name)(path, flags, mode);                             \
  }
OPENS(open)
OPENS(open64)

FILE* fopen(const char* path, const char* mode) { return fails(path, mode[0] == 'r') ? NULL : REAL(fopen)(path, mode); }
FILE* fopen64(const char* path, const char* mode) {
  return fails(path, mode[0] == 'r') ? NULL : REAL(fopen64)(path, mode);
}

ssize_t read(int descriptor, void* bytes, size_t size) {
  return fails_at(descriptor, 1) ? -1 : REAL(read)(descriptor, bytes, size);
}
ssize_t pread(int descriptor, void* bytes, size_t size, off_t offset) {
  return fails_at(descriptor, 1) ? -1 : REAL(pread)(descriptor, bytes, size, offset);
}
ssize_t pread64(int descriptor, void* bytes, size_t size, off64_t offset) {
  return fails_at(descriptor, 1) ? -1 : REAL(pread64)(descriptor, bytes, size, offset);
}
ssize_t write(int descriptor, const void* bytes, size_t size) {
  return fails_at(descriptor, 0) ? failed(size) : REAL(write)(descriptor, bytes, size);
}
ssize_t writev(int descriptor, const struct iovec* parts, int number) {
  return fails_at(descriptor, 0) ? -1 : REAL(writev)(descriptor, parts, number);
}
size_t fwrite(const void* bytes, size_t size, size_t number, FILE* file) {
  return fails_at(fileno(file), 0) ? (fail_with == 0 ? number : 0) : REAL(fwrite)(bytes, size, number, file);
}
int fsync(int descriptor) { return fails_at(descriptor, 0) ? -1 : REAL(fsync)(descriptor); }
int rename(const char* from, const char* to) { return fails(to, 0) ? -1 : REAL(rename)(from, to); }

static int writes(int descriptor) { return (fcntl(descriptor, F_GETFL) & O_ACCMODE) != O_RDONLY; }

int close(int descriptor) {
  const int failed = writes(descriptor) && fails_at(descriptor, 0);
  const int result = REAL(close)(descriptor); /* Linux closes it even when it complains */
  errno = failed ? fail_with : errno;
  return failed ? -1 : result;
}
int fclose(FILE* file) {
  const int failed = writes(fileno(file)) && fails_at(fileno(file), 0);
  const int result = REAL(fclose)(file);
  errno = failed ? fail_with : errno;
  return failed ? EOF : result;
}
