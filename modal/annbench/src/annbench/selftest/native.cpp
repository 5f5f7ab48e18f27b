// The clock that passes are timed with, and a fixed piece of work; called from Python.
#include <chrono>
#include <cstdint>

namespace {
using Steady = std::chrono::steady_clock;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(Steady::now().time_since_epoch()).count();
}
}  // namespace

extern "C" {

/// Nanoseconds of the steady clock.
std::int64_t selftest_now() { return now(); }

/// Of so many readings: the smallest step that is not nothing (ns), how often one went back, and
/// what a reading takes (ns).
void selftest_clock(std::int64_t looks, std::int64_t* least, std::int64_t* back, double* each) {
  const std::int64_t first = now();
  std::int64_t before = first;
  *least = INT64_MAX;
  *back = 0;
  for (std::int64_t i = 0; i < looks; ++i) {
    const std::int64_t at = now();
    if (at < before) ++*back;
    if (at > before && at - before < *least) *least = at - before;
    before = at;
  }
  *each = static_cast<double>(before - first) / static_cast<double>(looks);
}

/// Seconds that `steps` dependent multiplications take: arithmetic alone, no memory.
double selftest_work(std::int64_t steps, std::uint64_t* kept) {
  const std::int64_t begun = now();
  std::uint64_t value = *kept | 1;
  for (std::int64_t i = 0; i < steps; ++i) value = value * 6364136223846793005u + 1442695040888963407u;
  *kept = value;
  return static_cast<double>(now() - begun) * 1e-9;
}

}  // extern "C"
