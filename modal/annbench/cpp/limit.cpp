#include "limit.hpp"

#include <time.h>

#include <algorithm>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "kernels/bytes.hpp"
#include "memory.hpp"
#include "random.hpp"

namespace ann {
namespace {

constexpr int kPasses = 12;
/// Bytes of a pass at least, so that a clock can tell them apart.
constexpr std::size_t kPassBytes = std::size_t{64} << 20;

double thread_seconds() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Seconds of the best of kPasses, after one that nobody counts. What `pass` returns is used.
template <class Pass>
double best_seconds(Pass&& pass) {
    volatile std::uint64_t used = pass();
    double best = 0.0;
    for (int i = 0; i < kPasses; ++i) {
        const double begin = thread_seconds();
        used = used + pass();
        const double took = thread_seconds() - begin;
        if (i == 0 || took < best) best = took;
    }
    return best;
}

/// Sums all words of whole cache lines.
std::uint64_t sum_lines(const std::uint8_t* from, std::size_t bytes) {
    const auto* words = reinterpret_cast<const std::uint64_t*>(from);
    std::uint64_t sums[8] = {};
    for (std::size_t i = 0; i < bytes / 8; i += 8)
        for (std::size_t j = 0; j < 8; ++j) sums[j] += words[i + j];
    std::uint64_t all = 0;
    for (const std::uint64_t sum : sums) all += sum;
    return all;
}

/// Not zeros: pages of zeros may be one page.
AlignedArray<std::uint8_t> filled(std::size_t bytes) {
    AlignedArray<std::uint8_t> all(bytes);
    std::fill_n(all.data(), bytes, std::uint8_t{1});
    return all;
}

/// `ahead`: bytes that are asked for ahead of time; 0: the processor does as it sees fit.
std::uint64_t stream(const AlignedArray<std::uint8_t>& all, std::size_t lines, std::size_t ahead) {
    constexpr std::size_t kStep = 256;
    const std::size_t bytes = lines * kCacheLine;
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < bytes; i += kStep) {
        const std::size_t step = std::min(kStep, bytes - i);
        if (ahead != 0 && i + ahead + kStep <= bytes) prefetch(all.data() + i + ahead, kStep);
        sum += sum_lines(all.data() + i, step);
    }
    return sum;
}

}  // namespace

double byte_peak() {
    constexpr std::size_t kRounds = 1 << 17;
    const ByteKernels& kernels = byte_kernels();
    const double seconds =
        best_seconds([&] { return static_cast<std::uint64_t>(kernels.spin(kRounds)); });
    return static_cast<double>(ByteKernels::kSpin * kRounds) / seconds;
}

double stream_bandwidth(std::size_t bytes) {
    const std::size_t lines = bytes / kCacheLine;
    if (lines == 0) throw std::invalid_argument("bytes: less than a cache line");
    const AlignedArray<std::uint8_t> all = filled(lines * kCacheLine);
    const std::size_t times = std::max<std::size_t>(1, kPassBytes / all.size());
    double best = 0.0;
    for (const std::size_t ahead : {0, 1024, 4096}) {
        const double seconds = best_seconds([&] {
            std::uint64_t sum = 0;
            for (std::size_t i = 0; i < times; ++i) sum += stream(all, lines, ahead);
            return sum;
        });
        best = std::max(best, static_cast<double>(times * all.size()) / seconds);
    }
    return best;
}

double random_bandwidth(std::size_t bytes, std::size_t item) {
    if (item == 0 || item % kCacheLine != 0)
        throw std::invalid_argument("item: not a whole number of cache lines");
    const std::size_t items = bytes / item;
    if (items == 0) throw std::invalid_argument("bytes: less than one item");
    const AlignedArray<std::uint8_t> all = filled(items * item);
    constexpr std::size_t kGroup = 16;
    // As much as there is: of less, the next pass would find all in a cache.
    const std::size_t reads = (std::max(kPassBytes / 4, bytes) / item / kGroup + 1) * kGroup;
    std::vector<std::size_t> places(reads);
    for (std::size_t i = 0; i < reads; ++i) places[i] = random_bits(1, i) % items * item;

    const double seconds = best_seconds([&] {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < reads; i += kGroup) {
            for (std::size_t g = 0; g < kGroup; ++g) prefetch(all.data() + places[i + g], item);
            for (std::size_t g = 0; g < kGroup; ++g) sum += sum_lines(all.data() + places[i + g], item);
        }
        return sum;
    });
    return static_cast<double>(reads * item) / seconds;
}

}  // namespace ann
