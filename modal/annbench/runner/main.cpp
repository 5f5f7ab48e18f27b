// annrun: runs one implementation, a shared object of somebody else, and times it. No Python in here.
//
// Its parent hands over open files (rows, queries, a board with room for the answers) and speaks
// through two pipes, a line each way:
//
//   set NAME VALUE            ->  ok | error WORD TEXT
//   build THREADS             ->  ok SECONDS
//   pass FIRST COUNT THREADS  ->  ok SECONDS MODE      ids and latencies are on the board
//
// The queries are a file which the parent fills when it sees fit, the unseen ones last.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "ann_abi.h"
#include "board.hpp"
#include "seal.hpp"

namespace annrun {
namespace {

using Clock = std::chrono::steady_clock;

double seconds(Clock::duration d) { return std::chrono::duration<double>(d).count(); }

/// Ends the conversation; `word` is a verdict's.
struct Refused {
  std::string word, text;
};

std::map<std::string, std::string> arguments(int argc, char** argv) {
  std::map<std::string, std::string> found;
  for (int i = 1; i + 1 < argc; i += 2) found[argv[i]] = argv[i + 1];
  return found;
}

class Options {
 public:
  Options(int argc, char** argv) : found_(arguments(argc, argv)) {}
  std::string text(const char* name) const {
    const auto at = found_.find(name);
    if (at == found_.end()) throw Refused{"internal", std::string(name) + " is missing"};
    return at->second;
  }
  std::uint64_t number(const char* name) const {
    return std::strtoull(text(name).c_str(), nullptr, 10);
  }

 private:
  std::map<std::string, std::string> found_;
};

void* map(int fd, std::size_t bytes, int protection) {
  void* at = mmap(nullptr, bytes, protection, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) throw Refused{"internal", std::string("mmap: ") + std::strerror(errno)};
  close(fd);
  return at;
}

/// The plug-in's table, from its own symbol or through the adapter of the older interface.
const ann_plugin_1* find_plugin(void* library) {
  if (const void* symbol = dlsym(library, "ann_plugin")) {
    const auto* plugin = static_cast<const ann_plugin_1*>(symbol);
    if (plugin->version != ANN_ABI_VERSION)
      throw Refused{"wrong-interface", "its interface has version " +
                                           std::to_string(plugin->version) + ", not " +
                                           std::to_string(ANN_ABI_VERSION)};
    return plugin;
  }
  using Adapt = const ann_plugin_1* (*)(void*);
  const auto adapt = reinterpret_cast<Adapt>(dlsym(library, "ann_plugin_of_factory"));
  if (adapt == nullptr)
    throw Refused{"wrong-interface", "there is no line REGISTER(YourClass) in it"};
  for (const char* name :
       {"create_vectordb_kernel", "create_student_algorithm", "create_naive_algorithm"})
    if (void* factory = dlsym(library, name)) return adapt(factory);
  throw Refused{"wrong-interface",
                "it has no function extern \"C\" ANNAlgorithm* create_vectordb_kernel()"};
}

class Runner {
 public:
  explicit Runner(const Options& options)
      : dim_(options.number("dim")),
        k_(options.number("k")),
        checking_(options.number("check") != 0),
        board_(static_cast<Board*>(
            map(static_cast<int>(options.number("board")), board_bytes(options),
                PROT_READ | PROT_WRITE))) {
    const std::size_t rows = options.number("rows"), queries = options.number("queries");
    auto* at = reinterpret_cast<char*>(board_);
    ids_ = reinterpret_cast<std::int32_t*>(at + kBoardBytes);
    latencies_ = reinterpret_cast<double*>(at + kBoardBytes + ids_bytes(queries, k_));
    train_ = {static_cast<const float*>(map(static_cast<int>(options.number("train-file")),
                                            rows * dim_ * sizeof(float), PROT_READ)),
              rows, dim_};
    queries_ = static_cast<const float*>(map(static_cast<int>(options.number("queries-file")),
                                             queries * dim_ * sizeof(float), PROT_READ));
    metric_ = options.text("metric") == "angular" ? ANN_ANGULAR : ANN_EUCLIDEAN;
    if (checking_) {  // from the heap, where the sanitizer sees the ends
      copy_.assign(train_.data, train_.data + rows * dim_);
      train_.data = copy_.data();
    }
  }

  Board* board() const { return board_; }

  void load(const std::string& path) {
    void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (library == nullptr) {
      const char* why = dlerror();
      throw Refused{"wrong-interface", why ? why : "it could not be loaded"};
    }
    plugin_ = find_plugin(library);
    index_ = plugin_->create();
    if (index_ == nullptr) throw Refused{"crashed", std::string("its constructor threw ") + error()};
  }

  void set(const char* name, double value) {
    const int status = plugin_->set(index_, name, value);
    if (status == ANN_UNKNOWN_PARAMETER)
      throw Refused{"wrong-interface", std::string("it knows no parameter ") + name};
    expect(status, "set");
  }

  double build(int threads) {
    if (plugin_->set_threads) plugin_->set_threads(threads);
    const auto start = Clock::now();
    expect(plugin_->build(index_, &train_, metric_), "build");
    const double took = seconds(Clock::now() - start);
    if (!checking_)
      annrun_watch(const_cast<float*>(train_.data), train_.rows * train_.dim * sizeof(float));
    return took;
  }

  /// Returns seconds; `mode` becomes single, concurrent, serial or batch.
  double pass(std::size_t first, std::size_t count, int threads, const char*& mode) {
    if (plugin_->set_threads) plugin_->set_threads(threads);
    board_->done = board_->query = 0;
    board_->overrun = 0;
    const bool batch = threads > 1 && (plugin_->flags & ANN_BATCH);
    const bool concurrent = threads > 1 && (plugin_->flags & ANN_CONCURRENT_SEARCH);
    mode = batch ? "batch" : concurrent ? "concurrent" : threads > 1 ? "serial" : "single";
    if (batch) return batch_pass(first, count);
    if (concurrent) return concurrent_pass(first, count, threads);
    std::size_t next = 0;
    Worker worker(k_, dim_);
    const auto start = Clock::now();
    for (; next < count; ++next) expect(answer(worker, first + next, next), "search");
    return seconds(Clock::now() - start);
  }

  std::uint64_t memory() const { return plugin_->memory ? plugin_->memory(index_) : 0; }
  const char* name() const { return plugin_->name ? plugin_->name : ""; }

  static std::size_t ids_bytes(std::size_t queries, std::size_t k) {
    return (queries * k * sizeof(std::int32_t) + 63) / 64 * 64;
  }
  static std::size_t board_bytes(const Options& options) {
    const std::size_t queries = options.number("queries");
    return kBoardBytes + ids_bytes(queries, options.number("k")) + queries * sizeof(double);
  }

 private:
  static constexpr std::size_t kGuard = 16;

  /// Where one thread gets its answers, with some room behind that must stay untouched.
  struct Worker {
    Worker(std::size_t k, std::size_t dim) : ids(k + kGuard), exact(k), query(dim) {}
    std::vector<std::int32_t> ids;
    std::vector<std::int32_t> exact;  // without room behind: the sanitizer guards it
    std::vector<float> query;
  };

  std::string error() const {
    const char* text = plugin_->error ? plugin_->error() : "";
    return text ? text : "";
  }

  void expect(int status, const char* where) const { expect(status, where, error()); }

  static void expect(int status, const char* where, const std::string& text) {
    if (status == ANN_OK) return;
    if (status == ANN_OUT_OF_MEMORY) throw Refused{"out-of-memory", text};
    throw Refused{"crashed", std::string(where) + " threw " + text};
  }

  /// One query on the clock; everything else off it.
  int answer(Worker& worker, std::size_t at, std::size_t number) {
    const float* query = queries_ + at * dim_;
    std::int32_t* out = worker.ids.data();
    if (checking_) {
      std::copy_n(query, dim_, worker.query.begin());
      query = worker.query.data();
      out = worker.exact.data();
    }
    std::fill(worker.ids.begin(), worker.ids.end(), kUnwritten);
    std::fill(worker.exact.begin(), worker.exact.end(), kUnwritten);
    board_->query = number;
    const auto begin = Clock::now();
    const int status = plugin_->search(index_, query, static_cast<int>(k_), out);
    latencies_[at] = seconds(Clock::now() - begin);
    std::copy_n(out, k_, ids_ + at * k_);
    for (std::size_t i = k_; i < worker.ids.size(); ++i)
      if (worker.ids[i] != kUnwritten) board_->overrun = 1;
    __atomic_fetch_add(&board_->done, 1, __ATOMIC_RELAXED);
    return status;
  }

  double concurrent_pass(std::size_t first, std::size_t count, int threads) {
    std::atomic<std::size_t> next{0};
    std::atomic<bool> go{false}, failed{false};
    int status = ANN_OK;
    std::string why;
    std::vector<std::thread> team;
    std::vector<std::unique_ptr<Worker>> workers;
    const auto work = [&](Worker& worker) {
      if (plugin_->set_threads) plugin_->set_threads(1);  // OpenMP counts per thread
      while (!go.load(std::memory_order_acquire)) std::this_thread::yield();
      for (std::size_t i; !failed && (i = next.fetch_add(1)) < count;) {
        const int got = answer(worker, first + i, i);
        if (got != ANN_OK && !failed.exchange(true)) {
          status = got;
          why = error();  // it belongs to this thread
        }
      }
    };
    for (int t = 0; t < threads; ++t) workers.push_back(std::make_unique<Worker>(k_, dim_));
    for (auto& worker : workers) team.emplace_back(work, std::ref(*worker));
    const auto start = Clock::now();
    go.store(true, std::memory_order_release);
    for (auto& thread : team) thread.join();
    const double took = seconds(Clock::now() - start);
    expect(status, "search", why);
    return took;
  }

  double batch_pass(std::size_t first, std::size_t count) {
    const ann_matrix queries{queries_ + first * dim_, count, dim_};
    std::vector<std::int32_t> ids(count * k_ + kGuard, kUnwritten);
    const auto begin = Clock::now();
    const int status =
        plugin_->search_batch(index_, &queries, static_cast<int>(k_), ids.data());
    const double took = seconds(Clock::now() - begin);
    expect(status, "search_batch");
    std::copy_n(ids.data(), count * k_, ids_ + first * k_);
    for (std::size_t i = count * k_; i < ids.size(); ++i)
      if (ids[i] != kUnwritten) board_->overrun = 1;
    for (std::size_t q = 0; q < count; ++q)
      latencies_[first + q] = took / static_cast<double>(count);
    board_->done = count;
    return took;
  }

  std::size_t dim_, k_;
  bool checking_;
  Board* board_;
  std::int32_t* ids_ = nullptr;
  double* latencies_ = nullptr;
  ann_matrix train_{};
  std::vector<float> copy_;
  const float* queries_ = nullptr;
  int metric_ = ANN_EUCLIDEAN;
  const ann_plugin_1* plugin_ = nullptr;
  void* index_ = nullptr;
};

/// Lines in, lines out.
class Pipes {
 public:
  Pipes(int in, int out) : in_(fdopen(in, "r")), out_(out) {}

  bool line(char* text, int size) { return std::fgets(text, size, in_) != nullptr; }

  void say(const std::string& text) {
    std::fflush(stdout);  // what was printed until here is heard before
    const std::string whole = text + "\n";
    for (std::size_t at = 0; at < whole.size();) {
      const ssize_t n = write(out_, whole.data() + at, whole.size() - at);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) _exit(1);  // nobody listens any more
      at += static_cast<std::size_t>(n);
    }
  }

 private:
  std::FILE* in_;
  int out_;
};

/// A list of paths, one a line, as C likes it.
class Lines {
 public:
  explicit Lines(std::string text) : text_(std::move(text)) {
    for (std::size_t at = 0; at < text_.size();) {
      std::size_t end = text_.find('\n', at);
      if (end == std::string::npos) end = text_.size();
      else text_[end] = '\0';
      at_.push_back(text_.c_str() + at);
      at = end + 1;
    }
    at_.push_back(nullptr);
  }
  Lines(const Lines&) = delete;
  const char* const* data() const { return at_.data(); }

 private:
  std::string text_;
  std::vector<const char*> at_;
};

std::string clean(std::string text) {
  for (char& c : text)
    if (static_cast<unsigned char>(c) < 32) c = ' ';
  return text;
}

void serve(Runner& runner, Pipes& pipes) {
  char line[512], name[256];
  while (pipes.line(line, sizeof line)) {
    double value = 0;
    std::size_t first = 0, count = 0;
    int threads = 0;
    char reply[128];
    if (std::sscanf(line, "set %255s %lf", name, &value) == 2) {
      runner.set(name, value);
      pipes.say("ok");
    } else if (std::sscanf(line, "build %d", &threads) == 1) {
      const double took = runner.build(threads);
      std::snprintf(reply, sizeof reply, "ok %.9f %" PRIu64, took, runner.memory());
      pipes.say(reply);
    } else if (std::sscanf(line, "pass %zu %zu %d", &first, &count, &threads) == 3) {
      const char* mode = "";
      const double took = runner.pass(first, count, threads, mode);
      std::snprintf(reply, sizeof reply, "ok %.9f %s", took, mode);
      pipes.say(reply);
    } else {
      throw Refused{"internal", std::string("what is this? ") + line};
    }
  }
}

int run(int argc, char** argv) {
  const Options options(argc, argv);
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  Pipes pipes(static_cast<int>(options.number("commands")),
              static_cast<int>(options.number("replies")));
  try {
    Runner runner(options);
    const bool checking = options.number("check") != 0;
    if (!checking) {  // the sanitizer has its own report, and cannot live within these walls
      annrun_note_faults(runner.board());
      const int failed = annrun_limit(runner.board(), options.number("memory"),
                                      options.number("cpu-seconds"));
      if (failed != 0) throw Refused{"internal", std::string("limits: ") + std::strerror(failed)};
      if (options.number("seal") != 0) {
        const Lines readable(options.text("readable"));
        annrun_seal(runner.board(), readable.data());
      }
    }
    runner.load(options.text("library"));
    if (!checking) annrun_close_files(runner.board());
    pipes.say("ok " + clean(runner.name()));
    serve(runner, pipes);
  } catch (const Refused& refused) {
    pipes.say("error " + refused.word + " " + clean(refused.text));
  } catch (const std::bad_alloc&) {
    pipes.say("error out-of-memory memory was refused");
  } catch (const std::system_error& e) {
    pipes.say(std::string("error crashed ") + clean(e.what()));
  }
  // Straight out: destructors of a broken index have nothing to say any more.
  std::fflush(stdout);
  _exit(0);
}

/// annrun confine OPTION VALUE... -- PROGRAM ARGUMENT...: the program within its walls. The file
/// `told` gets what is in force.
int confine(int argc, char** argv) {
  int program = 2;
  while (program < argc && std::strcmp(argv[program], "--") != 0) ++program;
  if (program + 1 >= argc) return 2;
  const Options options(program - 1, argv + 1);
  const Lines readable(options.text("readable")), writable(options.text("writable"));
  const int told = open(options.text("told").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  const int sealed = annrun_confine(readable.data(), writable.data(), options.number("memory"),
                                    options.number("cpu-seconds"), options.number("file-bytes"));
  if (told >= 0 && dprintf(told, "%d", sealed) < 0) return 2;
  execvp(argv[program + 1], argv + program + 1);
  std::perror(argv[program + 1]);
  return 127;
}

}  // namespace
}  // namespace annrun

int main(int argc, char** argv) {
  if (argc > 1 && std::strcmp(argv[1], "confine") == 0) return annrun::confine(argc, argv);
  return annrun::run(argc, argv);
}
