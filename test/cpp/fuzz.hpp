// Trying random cases until the time is over. Each case is made from one number, which is told when
// something is wrong with it: ANNBENCH_FUZZ_CASE=NUMBER tries that one alone.
//   ANNBENCH_FUZZ_SECONDS   of all fuzzers together (30); each takes its share
//   ANNBENCH_FUZZ_SEED      where it begins (the clock)
#pragma once

#include <chrono>
#include <cinttypes>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "check.hpp"
#include "random.hpp"

/// Random numbers of one case.
class Draw {
public:
    explicit Draw(std::uint64_t seed) : seed_(seed) {}
    std::uint64_t bits() { return ann::random_bits(seed_, number_++); }
    /// least … most.
    std::size_t between(std::size_t least, std::size_t most) {
        return least + static_cast<std::size_t>(bits() % (most - least + 1));
    }
    /// Small ones as often as large ones.
    std::size_t of_any_size(std::size_t least, std::size_t most) {
        return between(least, between(least, most));
    }
    bool one_in(std::size_t n) { return bits() % n == 0; }
    /// -1 … 1.
    float spread() { return static_cast<float>(static_cast<std::int64_t>(bits()) >> 39) * 0x1p-24f; }
    /// About normal.
    float normal() { return ann::random_sign_sum(seed_, number_++) + 0.2f * spread(); }
    template <class T>
    T any(std::initializer_list<T> of) {
        return of.begin()[bits() % of.size()];
    }

private:
    std::uint64_t seed_, number_ = 0;
};

inline std::uint64_t fuzzed_case = 0;

// What a sanitizer ends says which case it was, too.
extern "C" const char* __asan_default_options() { return "abort_on_error=1"; }
extern "C" const char* __ubsan_default_options() { return "abort_on_error=1:print_stacktrace=1"; }

inline void tell_case() {
    std::fprintf(stderr, "again with ANNBENCH_FUZZ_CASE=%" PRIu64 "\n", fuzzed_case);
}

/// Runs `one(draw)` for `share` of the time; REPORT() for main.
template <class One>
int fuzz(const char* name, double share, One&& one) {
    const auto number = [](const char* variable) -> std::uint64_t {
        const char* text = std::getenv(variable);
        return text == nullptr ? 0 : std::strtoull(text, nullptr, 10);
    };
    std::signal(SIGABRT, [](int) { tell_case(); });
    const auto tried = [&](std::uint64_t which) {
        fuzzed_case = which;
        Draw draw(which);
        try {
            one(draw);
        } catch (const std::exception& e) {
            std::printf("  not foreseen: %s\n", e.what());
            ++failures;
        }
        if (failures > 0) tell_case();
        return failures == 0;
    };
    if (const std::uint64_t single = number("ANNBENCH_FUZZ_CASE")) {
        tried(single);
        return REPORT();
    }
    using Clock = std::chrono::steady_clock;
    const std::uint64_t all = number("ANNBENCH_FUZZ_SECONDS");
    const auto end = Clock::now() + std::chrono::duration<double>(share * (all ? static_cast<double>(all) : 30.0));
    std::uint64_t seed = number("ANNBENCH_FUZZ_SEED");
    if (seed == 0)
        seed = ann::random_bits(static_cast<std::uint64_t>(
            std::chrono::system_clock::now().time_since_epoch().count()), 0);
    std::uint64_t cases = 0;
    while (Clock::now() < end && tried(ann::random_bits(seed, cases) | 1)) ++cases;
    std::printf("%s: %" PRIu64 " cases, ANNBENCH_FUZZ_SEED=%" PRIu64 "\n", name, cases, seed);
    return REPORT();
}
