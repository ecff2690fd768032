// SPDX-License-Identifier: Apache-2.0
// A list of what is denied, not of what is allowed: nobody knows all that ITK, LibTorch, OpenMP and glibc call, but
// what is denied here they do not need. Which files may be read is Landlock's part.
#include "app/helper/seccomp.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <initializer_list>
#include <vector>

namespace lossscope {
namespace {

#if defined(__x86_64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned kArchitecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned kArchitecture = 0;  // no filter: the numbers below were not checked for another architecture
#endif

// What came after cachestat answers "no such call", fchmodat2 first of all; libraries have ways around.
constexpr unsigned kLastKnown = 451;

constexpr std::initializer_list<long> kNetwork{
    SYS_socket,  SYS_socketpair, SYS_connect,        SYS_bind,           SYS_listen,
    SYS_accept,  SYS_accept4,    SYS_io_uring_setup, SYS_io_uring_enter, SYS_io_uring_register,
    SYS_mq_open, SYS_mq_unlink,  SYS_msgget,         SYS_msgsnd,         SYS_msgrcv,
    SYS_semget,  SYS_semop,      SYS_shmget,         SYS_shmat,          SYS_shmctl};

constexpr std::initializer_list<long> kOtherProcesses {
  SYS_execve, SYS_execveat, SYS_kill, SYS_tkill, SYS_rt_sigqueueinfo, SYS_rt_tgsigqueueinfo, SYS_pidfd_open,
      SYS_pidfd_getfd, SYS_pidfd_send_signal, SYS_process_vm_readv, SYS_process_vm_writev, SYS_process_madvise,
      SYS_kcmp, SYS_setpgid, SYS_setsid,
#if defined(SYS_fork)
      SYS_fork, SYS_vfork,
#endif
};

constexpr std::initializer_list<long> kSystem {
  SYS_mount, SYS_umount2, SYS_pivot_root, SYS_chroot, SYS_setns, SYS_unshare, SYS_mount_setattr, SYS_move_mount,
      SYS_open_tree, SYS_fsopen, SYS_fsmount, SYS_fsconfig, SYS_fspick, SYS_swapon, SYS_swapoff, SYS_reboot,
      SYS_sethostname, SYS_setdomainname, SYS_settimeofday, SYS_clock_settime, SYS_adjtimex, SYS_clock_adjtime,
      SYS_init_module, SYS_finit_module, SYS_delete_module, SYS_kexec_load, SYS_kexec_file_load, SYS_acct, SYS_quotactl,
      SYS_quotactl_fd, SYS_syslog, SYS_bpf, SYS_perf_event_open, SYS_userfaultfd, SYS_fanotify_init, SYS_add_key,
      SYS_request_key, SYS_keyctl, SYS_open_by_handle_at, SYS_name_to_handle_at, SYS_setrlimit, SYS_personality,
#if defined(SYS_iopl)
      SYS_iopl, SYS_ioperm, SYS_modify_ldt,
#endif
};

/// Also through a descriptor that was opened for reading alone, as fchmod and fsetxattr do.
constexpr std::initializer_list<long> kChangesOfFiles {
  SYS_mkdirat, SYS_mknodat, SYS_linkat, SYS_symlinkat, SYS_unlinkat, SYS_renameat2, SYS_fchmod, SYS_fchmodat,
      SYS_fchown, SYS_fchownat, SYS_truncate, SYS_utimensat, SYS_setxattr, SYS_lsetxattr, SYS_fsetxattr,
      SYS_removexattr, SYS_lremovexattr, SYS_fremovexattr,
#if defined(SYS_renameat)
      SYS_renameat,
#endif
#if defined(SYS_open)
      SYS_creat, SYS_mkdir, SYS_mknod, SYS_link, SYS_symlink, SYS_unlink, SYS_rmdir, SYS_rename, SYS_chmod, SYS_chown,
      SYS_lchown, SYS_utime, SYS_utimes, SYS_futimesat,
#endif
};

/// The program that the kernel runs on every system call.
class Filter {
 public:
  Filter() {
    load(offsetof(seccomp_data, arch));
    jump(BPF_JEQ, kArchitecture, 1, 0);
    leave(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(seccomp_data, nr));
    jump(BPF_JGT, kLastKnown, 0, 1);  // x86-64's second table (x32) begins far above
    leave(error(ENOSYS));
  }
  void deny(std::initializer_list<long> calls, int with) {
    for (const long call : calls) {
      jump(BPF_JEQ, static_cast<unsigned>(call), 0, 1);
      leave(error(with));
    }
  }
  /// Denies a call one of whose `bits` of an argument is set (or, `unless`, none is).
  void deny_bits(long call, unsigned argument, unsigned bits, int with, bool unless = false) {
    on_argument(call, argument, BPF_JSET, bits, with, unless);
  }
  void deny_other_than(long call, unsigned argument, unsigned value) {
    on_argument(call, argument, BPF_JEQ, value, EPERM, true);
  }
  /// Denies a call unless a pointer, both its halves, is null.
  void deny_unless_null(long call, unsigned argument) {
    jump(BPF_JEQ, static_cast<unsigned>(call), 0, 6);
    load(offsetof(seccomp_data, args) + 8 * argument);
    jump(BPF_JEQ, 0, 0, 2);
    load(offsetof(seccomp_data, args) + 8 * argument + 4);
    jump(BPF_JEQ, 0, 1, 0);
    leave(error(EPERM));
    leave(SECCOMP_RET_ALLOW);
  }
  void deny_equal(long call, unsigned argument, unsigned value) {
    on_argument(call, argument, BPF_JEQ, value, EPERM, false);
  }
  bool install() {
    leave(SECCOMP_RET_ALLOW);
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    return ::syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0;
  }

 private:
  static unsigned error(int number) { return SECCOMP_RET_ERRNO | static_cast<unsigned>(number); }
  void load(std::size_t offset) { code_.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<unsigned>(offset)}); }
  void jump(int test, unsigned value, int yes, int no) {
    code_.push_back({static_cast<unsigned short>(BPF_JMP | test | BPF_K), static_cast<unsigned char>(yes),
                     static_cast<unsigned char>(no), value});
  }
  void leave(unsigned with) { code_.push_back({BPF_RET | BPF_K, 0, 0, with}); }
  /// The lower half of an argument: flags, request codes and process ids have no upper one.
  void on_argument(long call, unsigned argument, int test, unsigned value, int with, bool unless) {
    jump(BPF_JEQ, static_cast<unsigned>(call), 0, 4);
    load(offsetof(seccomp_data, args) + 8 * argument);  // little-endian, as both architectures are
    jump(test, value, unless ? 1 : 0, unless ? 0 : 1);
    leave(error(with));
    leave(SECCOMP_RET_ALLOW);
  }

  std::vector<sock_filter> code_;
};

void deny_files(Filter& filter, FileUse use) {
  if (use == FileUse::write) {
    return;
  }
  filter.deny(kChangesOfFiles, EPERM);
  filter.deny({SYS_openat2}, ENOSYS);  // its flags are in memory, where a filter cannot look
  constexpr unsigned kForWriting = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND;
  const auto opening = [&](long call, unsigned flags) {
    if (use == FileUse::none) {
      filter.deny({call}, EACCES);
    } else {
      filter.deny_bits(call, flags, kForWriting, EACCES);
    }
  };
  opening(SYS_openat, 2);
#if defined(SYS_open)
  opening(SYS_open, 1);
#endif
}

}  // namespace

bool seccomp_available() {
  unsigned action = SECCOMP_RET_ERRNO;
  return kArchitecture != 0 && ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action) == 0;
}

bool seccomp_restrict(FileUse use, bool tools) {
  if (!seccomp_available()) {
    return false;
  }
  Filter filter;
  filter.deny(kNetwork, EPERM);
  filter.deny(kSystem, EPERM);
  filter.deny_equal(SYS_ioctl, 1, TIOCSTI);  // types into the terminal that started us
  if (!tools) {
    filter.deny(kOtherProcesses, EPERM);
    filter.deny({SYS_ptrace}, EPERM);
    filter.deny({SYS_clone3}, ENOSYS);  // glibc then takes clone, whose flags can be seen
    filter.deny_bits(SYS_clone, 0, CLONE_THREAD, EPERM, true);
    filter.deny_other_than(SYS_tgkill, 0, static_cast<unsigned>(::getpid()));  // abort() signals itself
    filter.deny_unless_null(SYS_prlimit64, 2);                                 // reading limits is fine
  }
  deny_files(filter, use);
  return filter.install();
}

}  // namespace lossscope
