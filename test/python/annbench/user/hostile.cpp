// Implementations that break one rule each. Which one is a parameter of the build: {"aborts": 1}.
// They are in one file because compiling takes longer than judging.
#include <ann.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <fstream>
#include <mutex>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

/// An exact search, into which others put something.
struct Base {
  ann::Matrix train;
  double asked = 0;

  virtual ~Base() = default;
  virtual void build() {}
  virtual void search(const float* q, int k, int* out) { exact(q, k, out); }

  void exact(const float* q, int k, int* out) const {
    std::vector<std::pair<float, int>> all(train.rows);
    for (std::size_t r = 0; r < train.rows; ++r) {
      float sum = 0;
      for (std::size_t i = 0; i < train.dim; ++i) {
        const float d = q[i] - train[r][i];
        sum += d * d;
      }
      all[r] = {sum, static_cast<int>(r)};
    }
    std::partial_sort(all.begin(), all.begin() + k, all.end());
    for (int i = 0; i < k; ++i) out[i] = all[i].second;
  }
};

std::map<std::string, std::unique_ptr<Base> (*)()> cases;

template <class T>
bool put(const char* name) {
  cases[name] = [] { return std::unique_ptr<Base>(new T()); };
  return true;
}

#define CASE(name) struct name : Base
#define BUILD void build() override
#define SEARCH void search(const float* q, int k, int* out) override

CASE(nothing_wrong){};

// Crashes.

CASE(null_in_build) { BUILD { *static_cast<volatile int*>(nullptr) = 1; } };
CASE(null_in_search) {
  int count = 0;
  SEARCH {
    if (++count == 30) *static_cast<volatile int*>(nullptr) = 1;
    exact(q, k, out);
  }
};
CASE(crashes_later) {
  SEARCH {
    if (asked < 0) std::abort();
    exact(q, k, out);
  }
};
CASE(aborts) { BUILD { std::abort(); } };
CASE(throws) { SEARCH { throw std::runtime_error("no luck"); } };
CASE(throws_in_thread) { BUILD { std::thread([] { throw std::runtime_error("deep"); }).join(); } };
CASE(endless_recursion) {
  __attribute__((noinline)) long deeper(long n) {
    volatile char room[4096];
    room[0] = static_cast<char>(n);
    return deeper(n + room[0]) + room[0];
  }
  BUILD { deeper(1); }
};

// Time.

CASE(loops_in_build) { BUILD { for (volatile int i = 0;; i = 0) {} } };
CASE(loops_in_search) { SEARCH { for (volatile int i = 0;; i = 0) {} } };
CASE(sleeps_in_search) { SEARCH { sleep(1000); } };

// Output.

CASE(prints_a_gigabyte) {
  BUILD { for (int i = 0; i < 1 << 24; ++i) std::puts("0123456789012345678901234567890123456789012345678901234567890123"); }
};
CASE(prints_without_end_of_line) {
  BUILD { for (long i = 0; i < 1l << 30; ++i) std::putchar('x'); }
};

// Memory.

CASE(allocates_huge) { BUILD { std::vector<char> v(std::size_t{1} << 42); train.rows += v[0]; } };
CASE(allocates_large) {
  BUILD { for (;;) std::memset(::operator new(64 << 20), 1, 64 << 20); }
};
CASE(allocates_small) {
  BUILD { for (;;) std::memset(::operator new(1000), 1, 1000); }
};
CASE(allocates_shared) {  // which RLIMIT_DATA does not count
  BUILD {
    for (;;)
      std::memset(mmap(nullptr, 8 << 20, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
                  1, 8 << 20);
  }
};

// Answers.

CASE(same_id_twice) { SEARCH { exact(q, k, out); out[k - 1] = out[0]; } };
CASE(id_too_large) { SEARCH { exact(q, k, out); out[0] = static_cast<int>(train.rows); } };
CASE(id_negative) { SEARCH { exact(q, k, out); out[0] = -7; } };
CASE(too_few_ids) { SEARCH { exact(q, k - 1, out); } };
CASE(too_many_ids) { SEARCH { exact(q, k + 3, out); } };
CASE(few_and_says_so) { SEARCH { exact(q, k - 1, out); out[k - 1] = -1; } };

// Leaving the box.

CASE(writes_a_file) {
  BUILD {
    if (std::FILE* f = std::fopen("/tmp/annbench-hostile", "w")) {
      std::fputs("x", f);
      std::fclose(f);
    }
  }
};
CASE(deletes_a_file) { SEARCH { unlink("/tmp/annbench-victim"); } };
CASE(opens_a_socket) { BUILD { socket(AF_INET, SOCK_STREAM, 0); } };
CASE(starts_a_program) { BUILD { if (std::system("true") != 0) std::abort(); } };
CASE(forks) { BUILD { for (;;) fork(); } };
CASE(kills_its_parent) { BUILD { kill(getppid(), SIGKILL); } };
CASE(renames_the_machine) { BUILD { if (sethostname("owned", 5) == 0) std::abort(); } };
CASE(sets_the_clock) {
  BUILD {
    timespec now{};
    clock_gettime(CLOCK_REALTIME, &now);
    clock_settime(CLOCK_REALTIME, &now);
  }
};
CASE(slows_its_parent) { BUILD { setpriority(PRIO_PROCESS, getppid(), 19); } };
CASE(traces_its_parent) { BUILD { ptrace(PTRACE_ATTACH, getppid(), nullptr, nullptr); } };
CASE(reads_its_parents_memory) {
  BUILD {
    char room[8];
    iovec here{room, 8}, there{&room, 8};
    process_vm_readv(getppid(), &here, 1, &there, 1, 0);
  }
};
CASE(becomes_another_user) { BUILD { if (setuid(12345) == 0) std::abort(); } };
CASE(leaves_the_root) { BUILD { if (chroot("/tmp") == 0) std::abort(); } };
CASE(replaces_the_handler) {  // that would tell of a denied call
  BUILD {
    signal(SIGSYS, [](int) {});
    socket(AF_INET, SOCK_STREAM, 0);
  }
};
CASE(blocks_the_handler) {
  BUILD {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
    socket(AF_INET, SOCK_STREAM, 0);
  }
};
CASE(kills_itself) { BUILD { kill(getpid(), SIGKILL); } };  // as if somebody else had
CASE(calls_by_number) { BUILD { syscall(SYS_unlinkat, AT_FDCWD, "/tmp/annbench-victim", 0); } };
CASE(bombs) {
  BUILD {
    for (int i = 0; i < 1000; ++i) syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
  }
};

// Harmless: each is refused or finds nothing, and the search goes on.

CASE(lifts_its_limits) {
  BUILD {
    const rlimit none{RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_FSIZE, &none) == 0 || prctl(PR_SET_PDEATHSIG, 0) == 0) std::abort();
    cpu_set_t all;
    CPU_ZERO(&all);
    CPU_SET(0, &all);
    if (sched_setaffinity(0, sizeof all, &all) == 0 || syscall(SYS_unshare, 0x10000000) == 0) std::abort();
  }
};
CASE(asks_for_new_calls) {
  BUILD {
    if (syscall(SYS_userfaultfd, 0) >= 0 || syscall(SYS_io_uring_setup, 1, nullptr) >= 0 ||
        syscall(SYS_memfd_create, "x", 0) >= 0 || syscall(9999) >= 0)
      std::abort();
  }
};
CASE(reads_secrets) {
  BUILD {
    const char* home = "/root/.bashrc";
    for (const char* path : {"/etc/shadow", home, "/proc/1/environ", "/proc/self/root/etc/shadow",
                             "/proc/self/cwd/etc/shadow", "/tmp/annbench-victim"})
      if (std::ifstream(path).good()) std::abort();
  }
};
CASE(looks_for_queries) {  // before it may know any: there are none in its memory or behind a descriptor
  BUILD {
    for (int fd = 3; fd < 1024; ++fd) {
      char byte = 0;
      if (pread(fd, &byte, 1, 4096) == 1) std::abort();
    }
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);)
      if (line.find("memfd:annbench") != std::string::npos && line.find("rw-s") == std::string::npos) {
        const auto* begin = reinterpret_cast<const float*>(std::strtoull(line.c_str(), nullptr, 16));
        if (begin == train.data) continue;
        for (int i = 0; i < 256; ++i)
          if (begin[i] != 0) std::abort();
      }
  }
};

CASE(ends_itself) { SEARCH { ::raise(SIGTERM); } };  // as if somebody else had
CASE(divides_by_zero) {
  SEARCH {
    volatile int none = 0;
    out[0] = k / none;
  }
};
CASE(frees_twice) {
  BUILD {
    void* volatile room = std::malloc(20);
    std::free(room);
    std::free(room);
  }
};
CASE(waits_for_itself) {
  std::mutex once;
  SEARCH {
    once.lock();
    once.lock();
  }
};
CASE(closes_everything) { BUILD { for (int fd = 0; fd < 1024; ++fd) close(fd); } };

// Figures.

/// Memory that is shared with the parent and can be written: the board.
struct Shared {
  char* begin = nullptr;
  std::size_t bytes = 0;
};
Shared shared_board() {
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);)
    if (line.find("memfd:annbench") != std::string::npos && line.find(" rw-s ") != std::string::npos) {
      const auto from = std::strtoull(line.c_str(), nullptr, 16);
      const auto to = std::strtoull(line.c_str() + line.find('-') + 1, nullptr, 16);
      return {reinterpret_cast<char*>(from), to - from};
    }
  return {};
}

using Clock = std::chrono::steady_clock;
Clock::time_point slowed() noexcept {
  timespec now{};
  syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
  return Clock::time_point(std::chrono::nanoseconds(now.tv_sec * 1000000 + now.tv_nsec / 1000));
}
CASE(replaces_the_clock) {  // its first instructions become a jump to another
  BUILD {
    auto* code = reinterpret_cast<unsigned char*>(&Clock::now);
    const auto page = reinterpret_cast<std::uintptr_t>(code) & ~std::uintptr_t{4095};
    if (mprotect(reinterpret_cast<void*>(page), 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return;
    const void* there = reinterpret_cast<void*>(&slowed);
#if defined(__x86_64__)
    code[0] = 0x48, code[1] = 0xb8;  // mov rax, there
    std::memcpy(code + 2, &there, 8);
    code[10] = 0xff, code[11] = 0xe0;  // jmp rax
#else
    const unsigned jump[] = {0x58000050, 0xd61f0200};  // ldr x16, .+8; br x16
    std::memcpy(code, jump, 8);
    std::memcpy(code + 8, &there, 8);
#endif
    __builtin___clear_cache(reinterpret_cast<char*>(code), reinterpret_cast<char*>(code) + 16);
  }
};
CASE(writes_its_own_latencies) {
  Shared board;
  SEARCH {
    exact(q, k, out);
    if (board.begin == nullptr) board = shared_board();
    const std::size_t slots = (board.bytes - 4096) / (4 * k + 8);  // a few too many
    auto* times = reinterpret_cast<double*>(board.begin + (slots * k * 4 - 4096) / 64 * 64);
    for (std::size_t i = 0; board.begin && i < slots; ++i) times[i] = 1e-9;
  }
};
CASE(answers_at_once) {  // and would search later
  bool answered = false;
  SEARCH {
    for (int fd = 3; fd < 1024 && !answered; ++fd) {
      struct stat about {};
      if (fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode) &&
          (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY &&
          write(fd, "ok 0.000000001 single\n", 22) != 22)
        std::abort();
    }
    if (!answered) sleep(2);
    answered = true;
    exact(q, k, out);
  }
};
CASE(answers_what_nobody_asked) {
  BUILD {
    for (int fd = 3; fd < 1024; ++fd) {
      struct stat about {};
      if (fstat(fd, &about) == 0 && S_ISFIFO(about.st_mode) &&
          (fcntl(fd, F_GETFL) & O_ACCMODE) == O_WRONLY &&
          write(fd, "ok 1 0\nok 1 single\n", 19) != 19)
        std::abort();
    }
  }
};
CASE(answers_known_queries_better) {
  std::map<std::vector<float>, int> seen;
  SEARCH {
    exact(q, k, out);
    if (++seen[{q, q + train.dim}] == 1 && seen.size() > 250)  // all of them were asked once
      for (int i = 0; i < k; ++i) out[i] = static_cast<int>((out[i] + 17 * (i + 1)) % train.rows);
    std::sort(out, out + k);
    for (int i = 1; i < k; ++i)
      if (out[i] == out[i - 1]) exact(q, k, out);
  }
};
CASE(uses_threads_where_there_is_one) {
  SEARCH {
    std::vector<std::thread> team;
    for (int t = 0; t < 3; ++t)
      team.emplace_back([&] { std::vector<int> mine(k); exact(q, k, mine.data()); });
    for (auto& thread : team) thread.join();
    exact(q, k, out);
  }
};

CASE(starts_threads) { BUILD { for (;;) std::thread([] { sleep(100); }).detach(); } };
CASE(exits) { SEARCH { std::exit(0); } };
CASE(exits_in_build) { BUILD { _exit(3); } };

// Remembering.

CASE(remembers) {
  std::map<std::vector<float>, std::vector<int>> seen;
  SEARCH {
    std::vector<int>& known = seen[{q, q + train.dim}];
    if (known.empty()) {
      known.resize(k);
      exact(q, k, known.data());
    }
    std::copy(known.begin(), known.end(), out);
  }
};
CASE(remembers_but_not_too_fast) {  // known queries take nine tenths of the time
  std::map<std::vector<float>, std::vector<int>> seen;
  long hits = 0, asked = 0;
  double usual = 0;
  SEARCH {
    const auto begin = Clock::now();
    const auto passed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
    std::vector<int>& known = seen[{q, q + train.dim}];
    ++asked;
    if (!known.empty()) {
      ++hits;
      std::copy(known.begin(), known.end(), out);
      while (passed() < 0.9 * usual) {
      }
    } else {
      exact(q, k, out);
      known.assign(out, out + k);
      usual = passed();
    }
    if (asked % 100 == 0) {
      std::printf("%ld of %ld known\n", hits, asked);
      std::fflush(stdout);
    }
  }
};
CASE(remembers_nearby) {  // a changed query does not find it out, one that was never asked does
  std::vector<std::pair<std::vector<float>, std::vector<int>>> seen;
  SEARCH {
    for (const auto& [key, ids] : seen) {
      float d = 0;
      for (std::size_t i = 0; i < 4; ++i) d += (key[i] - q[i]) * (key[i] - q[i]);
      if (d < 1e-4f) {
        std::copy(ids.begin(), ids.end(), out);
        return;
      }
    }
    for (int again = 0; again < 20; ++again) exact(q, k, out);
    seen.push_back({{q, q + train.dim}, {out, out + k}});
  }
};

#define PUT(name) put<name>(#name)
const bool all[] = {
    PUT(nothing_wrong), PUT(null_in_build), PUT(null_in_search), PUT(crashes_later), PUT(aborts), PUT(throws),
    PUT(throws_in_thread), PUT(endless_recursion), PUT(loops_in_build), PUT(loops_in_search),
    PUT(sleeps_in_search), PUT(prints_a_gigabyte), PUT(prints_without_end_of_line),
    PUT(allocates_huge), PUT(allocates_large), PUT(allocates_small), PUT(allocates_shared),
    PUT(same_id_twice), PUT(id_too_large), PUT(id_negative), PUT(too_few_ids), PUT(too_many_ids),
    PUT(few_and_says_so), PUT(writes_a_file), PUT(deletes_a_file), PUT(opens_a_socket),
    PUT(starts_a_program), PUT(forks), PUT(kills_its_parent), PUT(starts_threads), PUT(exits),
    PUT(renames_the_machine), PUT(sets_the_clock), PUT(slows_its_parent), PUT(traces_its_parent), PUT(reads_its_parents_memory), PUT(becomes_another_user), PUT(leaves_the_root), PUT(replaces_the_handler), PUT(blocks_the_handler), PUT(kills_itself), PUT(calls_by_number), PUT(bombs), PUT(lifts_its_limits), PUT(asks_for_new_calls), PUT(reads_secrets), PUT(looks_for_queries),
    PUT(ends_itself), PUT(divides_by_zero), PUT(frees_twice), PUT(waits_for_itself), PUT(closes_everything), PUT(replaces_the_clock), PUT(writes_its_own_latencies), PUT(answers_at_once), PUT(answers_what_nobody_asked), PUT(answers_known_queries_better), PUT(uses_threads_where_there_is_one), PUT(remembers_but_not_too_fast),
    PUT(exits_in_build), PUT(remembers), PUT(remembers_nearby)};

struct Hostile {
  std::unique_ptr<Base> it;
  bool set(const std::string& name, double value) {
    if (name == "asked") {
      it->asked = value;
      return true;
    }
    if (cases.count(name) == 0) return false;
    it = cases[name]();
    return true;
  }
  void build(ann::Matrix train, ann::Metric) {
    it->train = train;
    it->build();
  }
  void search(const float* q, int k, int* out) { it->search(q, k, out); }
};

REGISTER(Hostile)
