#include "seal.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#ifdef __linux__
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <ucontext.h>

#include <cstddef>
#include <iterator>
#include <vector>
#endif

namespace {

using annrun::Board;

Board* the_board = nullptr;
char* watched = nullptr;
std::uint64_t watched_bytes = 0;
int watched_faults = 0;

/// `more`: by how much the limit that nobody survives is above the one that is told by a signal.
bool limit(int what, rlim_t value, rlim_t more = 0) {
  rlimit old{};
  if (getrlimit(what, &old) != 0) return false;
  rlim_t most = value + more;
  if (old.rlim_max != RLIM_INFINITY && most > old.rlim_max) most = old.rlim_max;
  const rlimit wanted{value < most ? value : most, most};
  return setrlimit(what, &wanted) == 0;
}

#ifdef __linux__

/// Private writable memory of this process, which is what RLIMIT_DATA counts. Safe in a handler.
std::uint64_t data_bytes() {
  char text[4096];
  const int fd = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (fd < 0) return 0;
  const ssize_t got = read(fd, text, sizeof text - 1);
  close(fd);
  if (got <= 0) return 0;
  text[got] = '\0';
  const char* at = std::strstr(text, "VmData:");
  return at ? std::strtoull(at + 7, nullptr, 10) * 1024 : 0;
}

// --- Files, by Landlock --------------------------------------------------------------------------
// Declared here because the headers of an older system do not know the newer fields.

struct LandlockRules {
  std::uint64_t files, net, scoped;
};
struct __attribute__((packed)) LandlockPath {
  std::uint64_t allowed;
  std::int32_t parent;
};
constexpr long kCreateRuleset = 444, kAddRule = 445, kRestrictSelf = 446;
constexpr std::uint64_t kExecute = 1u << 0, kWriteFile = 1u << 1, kReadFile = 1u << 2,
                        kReadDir = 1u << 3, kTruncate = 1u << 14;
constexpr std::uint64_t kOfFiles = kExecute | kWriteFile | kReadFile | kTruncate;
constexpr std::uint64_t kRead = kReadFile | kReadDir;

void allow_below(int ruleset, const char* path, std::uint64_t rights) {
  const int fd = open(path, O_PATH | O_CLOEXEC);
  if (fd < 0) return;  // what is not there need not be allowed
  LandlockPath rule{rights, fd};
  if (syscall(kAddRule, ruleset, 1, &rule, 0) != 0 && errno == EINVAL) {
    rule.allowed = rights & kOfFiles;  // a file, not a folder
    syscall(kAddRule, ruleset, 1, &rule, 0);
  }
  close(fd);
}

/// Nothing but what is listed. `writable` may be null: then nothing is.
bool restrict_files(const char* const* readable, const char* const* writable, bool execute) {
  const long version = syscall(kCreateRuleset, nullptr, 0, 1);
  if (version < 1) return false;
  // Every right this version knows: what is not granted below is refused.
  LandlockRules rules{};
  rules.files = (1u << 13) - 1;
  if (version >= 2) rules.files |= 1u << 13;  // moving between folders
  if (version >= 3) rules.files |= kTruncate;
  if (version >= 4) rules.net = 3;     // TCP
  if (version >= 6) rules.scoped = 3;  // abstract sockets, signals to others
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const int ruleset = static_cast<int>(syscall(kCreateRuleset, &rules, size, 0));
  if (ruleset < 0) return false;
  for (; *readable != nullptr; ++readable)
    allow_below(ruleset, *readable, kRead | (execute ? kExecute : 0));
  for (; writable != nullptr && *writable != nullptr; ++writable)
    allow_below(ruleset, *writable, rules.files & ~kExecute);
  const bool done = syscall(kRestrictSelf, ruleset, 0) == 0;
  close(ruleset);
  return done;
}

// --- Capabilities --------------------------------------------------------------------------------

/// What root may do beyond others is given up for good. True when none is left.
bool drop_capabilities() {
  for (int one = 0; one < 64; ++one) prctl(PR_CAPBSET_DROP, one, 0, 0, 0);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  struct {
    std::uint32_t version;
    int pid;
  } head{0x20080522, 0};  // version 3: two words of each set
  struct Set {
    std::uint32_t effective, permitted, inheritable;
  };
  Set sets[2] = {};
  if (syscall(SYS_capset, &head, sets) != 0) return false;
  Set left[2] = {{1, 1, 1}, {1, 1, 1}};
  if (syscall(SYS_capget, &head, left) != 0) return false;
  for (const Set& set : left)
    if (set.effective != 0 || set.permitted != 0 || set.inheritable != 0) return false;
  return true;
}

// --- System calls, by seccomp --------------------------------------------------------------------

struct Named {
  long number;
  const char* name;
  int path;  // which argument is the path, -1: none
};

/// The first of these ends the process, whatever the arguments are: no index has a use for it, and
/// it is to be told by name.
const Named kDenied[] = {
#ifdef SYS_creat
    {SYS_creat, "creat", 0},
#endif
#ifdef SYS_unlink
    {SYS_unlink, "unlink", 0},
    {SYS_rename, "rename", 0},
    {SYS_link, "link", 0},
    {SYS_symlink, "symlink", 1},
    {SYS_mkdir, "mkdir", 0},
    {SYS_rmdir, "rmdir", 0},
    {SYS_mknod, "mknod", 0},
    {SYS_chmod, "chmod", 0},
    {SYS_chown, "chown", 0},
    {SYS_lchown, "lchown", 0},
    {SYS_utimes, "utimes", 0},
#endif
#ifdef SYS_renameat
    {SYS_renameat, "renameat", 1},
#endif
    {SYS_unlinkat, "unlinkat", 1},
    {SYS_renameat2, "renameat2", 1},
    {SYS_linkat, "linkat", 1},
    {SYS_symlinkat, "symlinkat", 2},
    {SYS_mkdirat, "mkdirat", 1},
    {SYS_mknodat, "mknodat", 1},
    {SYS_truncate, "truncate", 0},
    {SYS_ftruncate, "ftruncate", -1},
    {SYS_fallocate, "fallocate", -1},
    {SYS_fchmod, "fchmod", -1},
    {SYS_fchmodat, "fchmodat", 1},
    {SYS_fchown, "fchown", -1},
    {SYS_fchownat, "fchownat", 1},
    {SYS_utimensat, "utimensat", 1},
    {SYS_setxattr, "setxattr", 0},
    {SYS_lsetxattr, "lsetxattr", 0},
    {SYS_fsetxattr, "fsetxattr", -1},
    {SYS_mount, "mount", 1},
    {SYS_umount2, "umount2", 0},
    {SYS_pivot_root, "pivot_root", 0},
    {SYS_chroot, "chroot", 0},
    {SYS_socket, "socket", -1},
    {SYS_connect, "connect", -1},
    {SYS_bind, "bind", -1},
    {SYS_execve, "execve", 0},
    {SYS_execveat, "execveat", 1},
#ifdef SYS_fork
    {SYS_fork, "fork", -1},
    {SYS_vfork, "vfork", -1},
#endif
    {SYS_ptrace, "ptrace", -1},
    {SYS_process_vm_readv, "process_vm_readv", -1},
    {SYS_process_vm_writev, "process_vm_writev", -1},
    {SYS_tkill, "tkill", -1},
    {SYS_rt_sigqueueinfo, "rt_sigqueueinfo", -1},
    {SYS_rt_tgsigqueueinfo, "rt_tgsigqueueinfo", -1},
    {SYS_sethostname, "sethostname", -1},
    {SYS_setdomainname, "setdomainname", -1},
    {SYS_clock_settime, "clock_settime", -1},
    {SYS_clock_adjtime, "clock_adjtime", -1},
    {SYS_settimeofday, "settimeofday", -1},
    {SYS_adjtimex, "adjtimex", -1},
    {SYS_reboot, "reboot", -1},
    {SYS_swapon, "swapon", 0},
    {SYS_swapoff, "swapoff", 0},
    {SYS_init_module, "init_module", -1},
    {SYS_finit_module, "finit_module", -1},
    {SYS_delete_module, "delete_module", -1},
    {SYS_kexec_load, "kexec_load", -1},
    {SYS_syslog, "syslog", -1},
    {SYS_setuid, "setuid", -1},
    {SYS_setgid, "setgid", -1},
    {SYS_setreuid, "setreuid", -1},
    {SYS_setregid, "setregid", -1},
    {SYS_setresuid, "setresuid", -1},
    {SYS_setresgid, "setresgid", -1},
    {SYS_setgroups, "setgroups", -1},
    {SYS_keyctl, "keyctl", -1},
    {SYS_add_key, "add_key", -1},
};

/// Denied for some arguments only.
const Named kJudged[] = {
#ifdef SYS_open
    {SYS_open, "open", 0},
#endif
    {SYS_openat, "openat", 1},
    {SYS_clone, "fork", -1},
    {SYS_kill, "kill", -1},
    {SYS_tgkill, "tgkill", -1},
    {SYS_setpriority, "setpriority", -1},
};

/// Allowed whatever the arguments are: memory, threads, time, open files, questions, and sockets that
/// lead from oneself to oneself, as others cannot be made. What stands in none of these lists does not exist (ENOSYS): the C library then finds another way.
const long kAllowed[] = {
    SYS_futex, SYS_read, SYS_write, SYS_readv, SYS_writev, SYS_pread64, SYS_pwrite64, SYS_preadv,
    SYS_pwritev, SYS_close, SYS_lseek, SYS_fstat, SYS_mmap, SYS_munmap, SYS_mprotect, SYS_mremap,
    SYS_madvise, SYS_msync, SYS_mincore, SYS_mlock, SYS_munlock, SYS_mlock2, SYS_brk, SYS_sched_yield,
    SYS_nanosleep, SYS_clock_nanosleep, SYS_clock_gettime, SYS_clock_getres, SYS_gettimeofday,
    SYS_times, SYS_getrusage, SYS_getitimer, SYS_setitimer, SYS_timer_create, SYS_timer_settime,
    SYS_timer_gettime, SYS_timer_getoverrun, SYS_timer_delete, SYS_timerfd_create,
    SYS_timerfd_settime, SYS_timerfd_gettime, SYS_getpid, SYS_gettid, SYS_getppid, SYS_getuid,
    SYS_geteuid, SYS_getgid, SYS_getegid, SYS_getgroups, SYS_getresuid, SYS_getresgid, SYS_getpgid,
    SYS_getsid, SYS_uname, SYS_sysinfo, SYS_getcwd, SYS_chdir, SYS_getdents64, SYS_readlinkat, SYS_dup,
    SYS_dup3, SYS_flock, SYS_faccessat, SYS_statfs, SYS_fstatfs, SYS_getxattr, SYS_lgetxattr,
    SYS_fgetxattr, SYS_listxattr, SYS_pipe2, SYS_pselect6, SYS_ppoll, SYS_epoll_create1,
    SYS_epoll_ctl, SYS_epoll_pwait, SYS_eventfd2, SYS_set_robust_list, SYS_get_robust_list,
    SYS_set_tid_address, SYS_rt_sigprocmask, SYS_rt_sigreturn, SYS_rt_sigpending, SYS_rt_sigsuspend,
    SYS_rt_sigtimedwait, SYS_sigaltstack, SYS_restart_syscall, SYS_exit, SYS_exit_group,
    SYS_getrandom, SYS_getcpu, SYS_membarrier, SYS_get_mempolicy, SYS_set_mempolicy, SYS_mbind,
    SYS_sched_getaffinity, SYS_sched_getparam, SYS_sched_getscheduler, SYS_sched_get_priority_max,
    SYS_sched_get_priority_min, SYS_sched_rr_get_interval, SYS_sched_getattr, SYS_getpriority,
    SYS_ioprio_get, SYS_capget, SYS_umask, SYS_fadvise64, SYS_readahead, SYS_wait4, SYS_waitid,
    SYS_fsync, SYS_fdatasync, SYS_fchdir, SYS_socketpair, SYS_sendto, SYS_recvfrom, SYS_sendmsg,
    SYS_recvmsg, SYS_shutdown, SYS_getsockopt, SYS_pkey_alloc, SYS_pkey_free, SYS_pkey_mprotect,
#ifdef SYS_statx
    SYS_statx,
#endif
#ifdef SYS_newfstatat
    SYS_newfstatat,
#endif
#ifdef SYS_faccessat2
    SYS_faccessat2,
#endif
#ifdef SYS_close_range
    SYS_close_range,
#endif
#ifdef SYS_rseq
    SYS_rseq,
#endif
#ifdef SYS_epoll_pwait2
    SYS_epoll_pwait2,
#endif
#ifdef SYS_preadv2
    SYS_preadv2, SYS_pwritev2,
#endif
#if defined(__x86_64__)
    SYS_stat, SYS_lstat, SYS_access, SYS_pipe, SYS_select, SYS_poll, SYS_epoll_create, SYS_epoll_wait,
    SYS_eventfd, SYS_alarm, SYS_pause, SYS_time, SYS_getpgrp, SYS_getdents, SYS_readlink, SYS_dup2,
    SYS_getrlimit, SYS_arch_prctl,
#endif
    449,  // futex_waitv
    454, 455, 456,  // futex_wake, futex_wait, futex_requeue
};

/// Refused with EPERM, as these are known to be asked for by honest libraries, which do without.
const long kRefused[] = {
    SYS_sched_setaffinity, SYS_sched_setscheduler, SYS_sched_setparam, SYS_sched_setattr,
    SYS_setrlimit, SYS_setsid, SYS_setpgid, SYS_ioprio_set, SYS_mlockall, SYS_munlockall, SYS_personality,
    SYS_bpf, SYS_perf_event_open, SYS_unshare, SYS_setns, SYS_shmget, SYS_move_pages,
};

/// prctl: names of threads and of memory, questions. Not the tie to the parent's life.
const std::uint32_t kPrctl[] = {
    15, 16,      // PR_SET_NAME, PR_GET_NAME
    0x53564d41,  // PR_SET_VMA
    2, 3, 23, 27, 29, 30, 39, 41, 42, 47, 51,
};
/// ioctl: is it a terminal, how much is there to read, flags of a descriptor.
const std::uint32_t kIoctl[] = {0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451, 0x5452};
/// fcntl: not who gets a signal.
const std::uint32_t kFcntl[] = {0, 1, 2, 3, 4, 5, 6, 7, 1030, 1032, 1034};

class Filter {
 public:
  Filter() {
#if defined(__x86_64__)
    const std::uint32_t here = AUDIT_ARCH_X86_64;
#else
    const std::uint32_t here = AUDIT_ARCH_AARCH64;
#endif
    load(offsetof(seccomp_data, arch));
    jump(BPF_JEQ, here, 1, 0);
    end(SECCOMP_RET_KILL_PROCESS);
    load(offsetof(seccomp_data, nr));
#if defined(__x86_64__)
    jump(BPF_JGE, 0x40000000u, 0, 1);  // the x32 calls
    end(SECCOMP_RET_KILL_PROCESS);
#endif
  }

  void allow(long number) {
    jump(BPF_JEQ, number, 0, 1);
    end(SECCOMP_RET_ALLOW);
  }

  void deny(long number) {
    jump(BPF_JEQ, number, 0, 1);
    end(SECCOMP_RET_TRAP);
  }

  void refuse(long number, std::uint32_t error) {
    jump(BPF_JEQ, number, 0, 1);
    end(SECCOMP_RET_ERRNO | error);
  }

  /// Denied when the argument has any of these bits.
  void deny_bits(long number, int argument, std::uint32_t bits) {
    jump(BPF_JEQ, number, 0, 4);
    load_argument(argument);
    jump(BPF_JSET, bits, 0, 1);
    end(SECCOMP_RET_TRAP);
    end(SECCOMP_RET_ALLOW);
  }

  /// Denied unless the argument has all of these bits.
  void demand_bits(long number, int argument, std::uint32_t bits) {
    jump(BPF_JEQ, number, 0, 5);
    load_argument(argument);
    code_.push_back({BPF_ALU | BPF_AND | BPF_K, 0, 0, bits});
    jump(BPF_JEQ, bits, 1, 0);
    end(SECCOMP_RET_TRAP);
    end(SECCOMP_RET_ALLOW);
  }

  /// `otherwise` unless the (low half of the) argument is one of these values.
  template <std::size_t N>
  void demand(long number, int argument, const std::uint32_t (&values)[N], std::uint32_t otherwise) {
    static_assert(N < 200);
    jump(BPF_JEQ, number, 0, static_cast<int>(N) + 3);
    load_argument(argument);
    for (std::size_t i = 0; i < N; ++i)
      jump(BPF_JEQ, values[i], static_cast<int>(N - i), 0);
    end(otherwise);
    end(SECCOMP_RET_ALLOW);
  }

  void demand(long number, int argument, std::uint32_t value, std::uint32_t otherwise) {
    const std::uint32_t values[] = {value};
    demand(number, argument, values, otherwise);
  }

  /// A signal to oneself, but not one that looks as if somebody else had sent it.
  void own_signals(long number, std::uint32_t own, int signal_argument) {
    const int others[] = {SIGKILL, SIGSTOP, SIGTERM, SIGINT, SIGHUP};
    const int count = static_cast<int>(std::size(others));
    jump(BPF_JEQ, number, 0, count + 6);
    load_argument(0);
    jump(BPF_JEQ, own, 1, 0);
    end(SECCOMP_RET_TRAP);
    load_argument(signal_argument);
    for (int i = 0; i < count; ++i) jump(BPF_JEQ, others[i], count - i, 0);
    end(SECCOMP_RET_ALLOW);
    end(SECCOMP_RET_TRAP);
  }

  /// Niceness of oneself only.
  void own_priority() {
    jump(BPF_JEQ, SYS_setpriority, 0, 6);
    load_argument(0);
    jump(BPF_JEQ, 0, 0, 2);
    load_argument(1);
    jump(BPF_JEQ, 0, 1, 0);
    end(SECCOMP_RET_TRAP);
    end(SECCOMP_RET_ALLOW);
  }

  /// The handler that names a denied call stays: who replaces it ends at once, unnamed. Asking is fine.
  void keep_handler() {
    jump(BPF_JEQ, SYS_rt_sigaction, 0, 8);
    load_argument(0);
    jump(BPF_JEQ, SIGSYS, 0, 4);
    load_argument(1);
    jump(BPF_JEQ, 0, 0, 3);
    load(offsetof(seccomp_data, args) + 8 + 4);  // a pointer has two halves
    jump(BPF_JEQ, 0, 0, 1);
    end(SECCOMP_RET_ALLOW);
    end(SECCOMP_RET_KILL_PROCESS);
  }

  /// `otherwise` is what becomes of a call in none of the lists.
  bool install(std::uint32_t otherwise) {
    end(otherwise);
    const sock_fprog program{static_cast<unsigned short>(code_.size()), code_.data()};
    // All threads of the process at once.
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program) == 0)
      return true;
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
  }

 private:
  void load(std::size_t offset) {
    code_.push_back({BPF_LD | BPF_W | BPF_ABS, 0, 0, static_cast<std::uint32_t>(offset)});
  }
  void load_argument(int argument) {  // the low half: both architectures are little-endian
    load(offsetof(seccomp_data, args) + 8 * static_cast<std::size_t>(argument));
  }
  void jump(int test, long value, int yes, int no) {
    code_.push_back({static_cast<unsigned short>(BPF_JMP | test | BPF_K),
                     static_cast<unsigned char>(yes), static_cast<unsigned char>(no),
                     static_cast<std::uint32_t>(value)});
  }
  void end(std::uint32_t result) { code_.push_back({BPF_RET | BPF_K, 0, 0, result}); }

  std::vector<sock_filter> code_;
};

constexpr std::uint32_t kCloneThread = 0x00010000;  // CLONE_THREAD
constexpr std::uint32_t kTmpfile = 020000000;       // __O_TMPFILE

/// `more_to_come`: another filter, which can only take away.
bool restrict_calls(bool more_to_come) {
  Filter filter;
  if (more_to_come) filter.allow(SYS_seccomp);
  const auto own = static_cast<std::uint32_t>(getpid());
  const std::uint32_t writing =
      O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | kTmpfile;
  for (const long number : kAllowed) filter.allow(number);
  filter.deny_bits(SYS_openat, 2, writing);
#ifdef SYS_open
  filter.deny_bits(SYS_open, 1, writing);
#endif
  filter.demand_bits(SYS_clone, 0, kCloneThread);
  filter.own_signals(SYS_kill, own, 1);
  filter.own_signals(SYS_tgkill, own, 2);  // abort() signals itself
  filter.own_priority();
  filter.keep_handler();
  // Asking for a limit is fine, setting one is not.
  filter.demand(SYS_prlimit64, 2, 0, SECCOMP_RET_ERRNO | EPERM);
  filter.demand(SYS_prctl, 0, kPrctl, SECCOMP_RET_ERRNO | EPERM);
  filter.demand(SYS_ioctl, 1, kIoctl, SECCOMP_RET_ERRNO | ENOTTY);
  filter.demand(SYS_fcntl, 1, kFcntl, SECCOMP_RET_ERRNO | EPERM);
  for (const long number : kRefused) filter.refuse(number, EPERM);
  for (const Named& call : kDenied) filter.deny(call.number);
  // Among the rest: clone3, whose flags cannot be seen from here; the C library then uses clone.
  return filter.install(SECCOMP_RET_ERRNO | ENOSYS);
}

/// Where there is no Landlock: no file is opened any more, in whatever way.
bool close_files() {
  Filter filter;
  filter.refuse(SYS_openat, EACCES);
  filter.refuse(SYS_seccomp, ENOSYS);
#ifdef SYS_open
  filter.refuse(SYS_open, EACCES);
#endif
  return filter.install(SECCOMP_RET_ALLOW);
}

const Named* named(long number) {
  for (const Named& call : kDenied)
    if (call.number == number) return &call;
  for (const Named& call : kJudged)
    if (call.number == number) return &call;
  return nullptr;
}

std::uint64_t argument(const ucontext_t* context, int which) {
#if defined(__x86_64__)
  static const int registers[] = {REG_RDI, REG_RSI, REG_RDX};
  return static_cast<std::uint64_t>(context->uc_mcontext.gregs[registers[which]]);
#else
  return context->uc_mcontext.regs[which];
#endif
}

/// A denied call: its name goes to the board, then the process ends.
void on_denied(int, siginfo_t* info, void* raw) {
  const Named* call = named(info->si_syscall);
  if (call == nullptr) {
    std::snprintf(the_board->denied, sizeof the_board->denied, "call %d", info->si_syscall);
  } else {
    std::strcpy(the_board->denied, call->name);
    if (call->path >= 0) {
      const auto* path = reinterpret_cast<const char*>(
          argument(static_cast<const ucontext_t*>(raw), call->path));
      if (path != nullptr)
        std::strncpy(the_board->denied_path, path, sizeof the_board->denied_path - 1);
    }
  }
  syscall(SYS_exit_group, 99);
}

#endif  // __linux__

/// A first look at watched memory: let it go on. Several threads may look at once; a write, which is
/// never allowed there, comes back again and again.
bool looked(int signal, const siginfo_t* info) {
  const auto* at = static_cast<const char*>(info->si_addr);
  if ((signal != SIGSEGV && signal != SIGBUS) || watched == nullptr || at < watched ||
      at >= watched + watched_bytes || __atomic_add_fetch(&watched_faults, 1, __ATOMIC_RELAXED) > 4096)
    return false;
  the_board->uses_train = 1;
  return mprotect(watched, watched_bytes, PROT_READ) == 0;
}

void on_fault(int signal, siginfo_t* info, void*) {
  if (looked(signal, info)) return;
  if (the_board->fault_signal == 0) {
    the_board->fault_signal = signal;
    the_board->fault = reinterpret_cast<std::uint64_t>(info->si_addr);
#ifdef __linux__
    the_board->data_bytes = data_bytes();
#endif
  }
  ::signal(signal, SIG_DFL);
  raise(signal);
}

}  // namespace

extern "C" {

int annrun_limit(Board* board, std::uint64_t memory_bytes, std::uint64_t cpu_seconds) {
  the_board = board;
  limit(RLIMIT_CORE, 0);
#ifdef __linux__
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (memory_bytes > 0) {
    const std::uint64_t most = data_bytes() + memory_bytes;
    if (!limit(RLIMIT_DATA, most)) return errno;
    board->data_limit = most;
  }
#else
  (void)memory_bytes;  // the parent watches
#endif
  if (cpu_seconds > 0 && !limit(RLIMIT_CPU, cpu_seconds, 5)) return errno;
  if (!limit(RLIMIT_FSIZE, 0)) return errno;
  return 0;
}

void annrun_note_faults(Board* board) {
  the_board = board;
  // A stack of its own: an endless recursion has used up the other one.
  static char stack[65536];
  stack_t alternative{};
  alternative.ss_sp = stack;
  alternative.ss_size = sizeof stack;
  sigaltstack(&alternative, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    sigaction(signal, &action, nullptr);
}

void annrun_watch(void* begin, std::uint64_t bytes) {
  watched_bytes = bytes;
  watched = static_cast<char*>(begin);
  mprotect(begin, bytes, PROT_NONE);
}

void annrun_seal(Board* board, const char* const* readable) {
  the_board = board;
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return;
  if (restrict_files(readable, nullptr, false)) board->sealed |= annrun::kFilesSealed;
  if (drop_capabilities()) board->sealed |= annrun::kNoCapabilities;
  struct sigaction action {};
  action.sa_sigaction = on_denied;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSYS, &action, nullptr);
  if (restrict_calls((board->sealed & annrun::kFilesSealed) == 0))
    board->sealed |= annrun::kCallsSealed;
#else
  (void)readable;
#endif
}

void annrun_close_files(Board* board) {
#if defined(__linux__) && (defined(__x86_64__) || defined(__aarch64__))
  if ((board->sealed & (annrun::kFilesSealed | annrun::kCallsSealed)) == annrun::kCallsSealed &&
      close_files())
    board->sealed |= annrun::kFilesClosed;
#else
  (void)board;
#endif
}

int annrun_confine(const char* const* readable, const char* const* writable,
                   std::uint64_t memory_bytes, std::uint64_t cpu_seconds, std::uint64_t file_bytes) {
  limit(RLIMIT_CORE, 0);
  if (cpu_seconds > 0) limit(RLIMIT_CPU, cpu_seconds);
  if (file_bytes > 0) limit(RLIMIT_FSIZE, file_bytes);
#ifdef __linux__
  if (memory_bytes > 0) limit(RLIMIT_AS, memory_bytes);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 0;
  return restrict_files(readable, writable, true) ? annrun::kFilesSealed : 0;
#else
  (void)readable, (void)writable, (void)memory_bytes;
  return 0;
#endif
}

}  // extern "C"
