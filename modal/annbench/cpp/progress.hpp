// How a long call tells how far it is, and how it is asked to leave.
#pragma once

#include <atomic>
#include <cstdint>
#include <stdexcept>

namespace ann {

/// Thrown out of a long call after Progress::stop was set; whatever it was making is discarded.
struct Stopped : std::runtime_error {
    Stopped() : std::runtime_error("stopped on request") {}
};

/// Shared between the working threads (which write `done`) and a watcher (which reads it and may
/// set `stop`). The unit of `done` and `total` is that of the call: rows built or queries answered.
struct Progress {
    std::atomic<std::uint64_t> done{0};
    std::atomic<std::uint64_t> total{0};
    std::atomic<bool> stop{false};

    void begin(std::uint64_t expected) {
        done.store(0, std::memory_order_relaxed);
        total.store(expected, std::memory_order_relaxed);
    }
    void add(std::uint64_t n = 1) { done.fetch_add(n, std::memory_order_relaxed); }
    [[nodiscard]] bool stopping() const { return stop.load(std::memory_order_relaxed); }
};

}  // namespace ann
