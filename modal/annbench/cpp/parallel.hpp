// The only threading there is: a loop over independent items, handed out in small blocks.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <exception>
#include <mutex>
#include <system_error>
#include <thread>
#include <vector>

namespace ann {

/// Calls work(thread, begin, end) over [0, count) in blocks of `block`, in `threads` threads
/// (the caller is thread 0). With one thread the blocks come in order, so the result is
/// deterministic. The first exception ends the loop and is rethrown here.
template <class Work>
void parallel_blocks(std::size_t count, std::size_t block, unsigned threads, Work&& work) {
    if (count == 0) return;
    block = std::max<std::size_t>(block, 1);
    const std::size_t blocks = (count + block - 1) / block;
    threads = static_cast<unsigned>(std::clamp<std::size_t>(threads, 1, blocks));

    std::atomic<std::size_t> next{0};
    std::atomic<bool> broken{false};
    std::exception_ptr error;
    std::mutex error_lock;

    auto loop = [&](unsigned thread) {
        try {
            while (!broken.load(std::memory_order_relaxed)) {
                const std::size_t b = next.fetch_add(1, std::memory_order_relaxed);
                if (b >= blocks) return;
                work(thread, b * block, std::min(count, (b + 1) * block));
            }
        } catch (...) {
            const std::lock_guard<std::mutex> hold(error_lock);
            if (!error) error = std::current_exception();
            broken.store(true, std::memory_order_relaxed);
        }
    };

    std::vector<std::thread> others;
    others.reserve(threads - 1);
    try {
        for (unsigned t = 1; t < threads; ++t) others.emplace_back(loop, t);
    } catch (const std::system_error&) {
        // The system refused another thread: those that run will finish the work.
    }
    loop(0);
    for (auto& other : others) other.join();
    if (error) std::rethrow_exception(error);
}

}  // namespace ann
