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
#include <vector>
#endif

namespace {

using annrun::Board;

Board* the_board = nullptr;
char* watched = nullptr;
std::uint64_t watched_bytes = 0;
int watched_faults = 0;

bool limit(int what, rlim_t value) {
  rlimit old{};
  if (getrlimit(what, &old) != 0) return false;
  if (old.rlim_max != RLIM_INFINITY && value > old.rlim_max) value = old.rlim_max;
  const rlimit wanted{value, value};
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
constexpr std::uint64_t kReadFile = 1u << 2, kReadDir = 1u << 3;

bool restrict_files(const char* const* readable) {
  const long version = syscall(kCreateRuleset, nullptr, 0, 1);
  if (version < 1) return false;
  // Every right this version knows: what is not granted below is refused.
  LandlockRules rules{};
  rules.files = (1u << 13) - 1;
  if (version >= 2) rules.files |= 1u << 13;  // moving between folders
  if (version >= 3) rules.files |= 1u << 14;  // truncating
  if (version >= 4) rules.net = 3;            // TCP
  if (version >= 6) rules.scoped = 3;         // abstract sockets, signals to others
  const std::size_t size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
  const int ruleset = static_cast<int>(syscall(kCreateRuleset, &rules, size, 0));
  if (ruleset < 0) return false;
  for (; *readable != nullptr; ++readable) {
    const int fd = open(*readable, O_PATH | O_CLOEXEC);
    if (fd < 0) continue;
    LandlockPath path{kReadFile | kReadDir, fd};
    if (syscall(kAddRule, ruleset, 1, &path, 0) != 0 && errno == EINVAL) {
      path.allowed = kReadFile;  // a file, not a folder
      syscall(kAddRule, ruleset, 1, &path, 0);
    }
    close(fd);
  }
  const bool done = syscall(kRestrictSelf, ruleset, 0) == 0;
  close(ruleset);
  return done;
}

// --- System calls, by seccomp --------------------------------------------------------------------

struct Named {
  long number;
  const char* name;
  int path;  // which argument is the path, -1: none
};

/// Denied whatever the arguments are.
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
    {SYS_fsetxattr, "fsetxattr", -1},
    {SYS_mount, "mount", 1},
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
};

/// Refused with an error, quietly: there is another way, or nobody needs it.
const long kRefused[] = {
#ifdef SYS_clone3
    SYS_clone3,  // its flags cannot be seen from here; the C library then uses clone
#endif
#ifdef SYS_openat2
    SYS_openat2,
#endif
#ifdef SYS_io_uring_setup
    SYS_io_uring_setup,
#endif
#ifdef SYS_memfd_create
    SYS_memfd_create,
#endif
#ifdef SYS_userfaultfd
    SYS_userfaultfd,
#endif
    SYS_bpf, SYS_perf_event_open, SYS_unshare, SYS_setns, SYS_shmget, SYS_setrlimit,
    SYS_sched_setaffinity, SYS_setsid, SYS_setpgid, SYS_tkill, SYS_rt_sigqueueinfo,
    SYS_rt_tgsigqueueinfo,
};

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

  /// `otherwise` unless the (low half of the) argument is this value.
  void demand(long number, int argument, std::uint32_t value, std::uint32_t otherwise) {
    jump(BPF_JEQ, number, 0, 4);
    load_argument(argument);
    jump(BPF_JEQ, value, 1, 0);
    end(otherwise);
    end(SECCOMP_RET_ALLOW);
  }

  bool install() {
    end(SECCOMP_RET_ALLOW);
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

bool restrict_calls() {
  Filter filter;
  const auto own = static_cast<std::uint32_t>(getpid());
  const std::uint32_t writing =
      O_WRONLY | O_RDWR | O_CREAT | O_TRUNC | O_APPEND | kTmpfile;
  filter.deny_bits(SYS_openat, 2, writing);
#ifdef SYS_open
  filter.deny_bits(SYS_open, 1, writing);
#endif
  filter.demand_bits(SYS_clone, 0, kCloneThread);
  filter.demand(SYS_kill, 0, own, SECCOMP_RET_TRAP);
  filter.demand(SYS_tgkill, 0, own, SECCOMP_RET_TRAP);  // abort() signals itself
  // Asking for a limit is fine, setting one is not.
  filter.demand(SYS_prlimit64, 2, 0, SECCOMP_RET_ERRNO | EPERM);
  for (const long number : kRefused)
    filter.refuse(number,
#ifdef SYS_clone3
                  number == SYS_clone3 ? ENOSYS :
#endif
                                       EPERM);
  for (const Named& call : kDenied) filter.deny(call.number);
  return filter.install();
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
  if (cpu_seconds > 0 && !limit(RLIMIT_CPU, cpu_seconds)) return errno;
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
  if (restrict_files(readable)) board->sealed |= 2;
  struct sigaction action {};
  action.sa_sigaction = on_denied;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGSYS, &action, nullptr);
  if (restrict_calls()) board->sealed |= 1;
#else
  (void)readable;
#endif
}

}  // extern "C"
