// What a person's own C++ might try while it builds, one act at a time. @PLANTED@ is a file that it
// has no business with.
#include <ann.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <utility>
#include <vector>

namespace {

constexpr std::size_t kBlock = 16 << 20, kBlocks = 32;  // four times what is allowed

/// It could: the parent knows this exit code.
[[noreturn]] void could() { _exit(77); }

void memory() {
  std::vector<std::vector<char>> kept;
  for (std::size_t i = 0; i < kBlocks; ++i) kept.emplace_back(kBlock, static_cast<char>(i + 1));
  could();
}

void time() {
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (std::chrono::steady_clock::now() < until) {
  }
  could();
}

void write() {
  if (open("@PLANTED@.new", O_CREAT | O_WRONLY, 0600) >= 0) could();
}

void read() {
  char text[16];
  const int file = open("@PLANTED@", O_RDONLY);
  if (file >= 0 && ::read(file, text, sizeof text) > 0) could();
}

void network() {
  const int end = socket(AF_INET, SOCK_STREAM, 0);
  if (end < 0) return;
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_port = htons(9);
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  connect(end, reinterpret_cast<sockaddr*>(&at), sizeof at);
  could();
}

void programs() {
  const pid_t child = fork();
  if (child == 0) _exit(0);
  if (child > 0) could();
}

/// Leaves all as it is, should it be allowed.
void neighbours() {
  const auto parent = static_cast<id_t>(getppid());
  if (setpriority(PRIO_PROCESS, parent, getpriority(PRIO_PROCESS, parent)) == 0) could();
  if (kill(static_cast<pid_t>(parent), 0) == 0) could();
}

using Act = void (*)();
constexpr Act kActs[] = {nullptr, memory, time, write, read, network, programs, neighbours};

}  // namespace

class Walls {
 public:
  bool set(const char* name, double value) {
    act_ = static_cast<std::size_t>(value);
    return std::strcmp(name, "act") == 0;
  }

  void build(ann::Matrix train, ann::Metric) {
    train_ = train;
    if (kActs[act_] != nullptr) kActs[act_]();
  }

  void search(const float* query, int k, int* out_ids) const {
    std::vector<std::pair<float, int>> all;
    all.reserve(train_.rows);
    for (std::size_t row = 0; row < train_.rows; ++row) {
      float sum = 0;
      for (std::size_t i = 0; i < train_.dim; ++i) {
        const float d = query[i] - train_[row][i];
        sum += d * d;
      }
      all.emplace_back(sum, static_cast<int>(row));
    }
    std::partial_sort(all.begin(), all.begin() + k, all.end());
    for (int i = 0; i < k; ++i) out_ids[i] = all[static_cast<std::size_t>(i)].second;
  }

 private:
  ann::Matrix train_;
  std::size_t act_ = 0;
};
REGISTER(Walls)
