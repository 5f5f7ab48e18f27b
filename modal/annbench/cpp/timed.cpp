#include "timed.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

#include "parallel.hpp"

namespace ann {

Timing timed_search(const std::function<std::unique_ptr<Searcher>()>& make_searcher,
                    const MatrixView& queries, std::size_t k, unsigned threads, Progress& progress,
                    std::int32_t* ids, double* latency_seconds) {
    using Clock = std::chrono::steady_clock;
    const auto seconds = [](Clock::duration d) { return std::chrono::duration<double>(d).count(); };

    progress.begin(queries.rows);
    threads = std::max(1u, threads);
    std::vector<std::unique_ptr<Searcher>> searchers(threads);
    for (auto& searcher : searchers) searcher = make_searcher();

    const auto start = Clock::now();
    parallel_blocks(queries.rows, 1, threads, [&](unsigned thread, std::size_t q, std::size_t) {
        if (progress.stopping()) throw Stopped();
        const auto begin = Clock::now();
        searchers[thread]->search(queries.row(q), k, ids + q * k);
        latency_seconds[q] = seconds(Clock::now() - begin);
        progress.add();
    });
    Timing timing;
    timing.wall_seconds = seconds(Clock::now() - start);
    for (const auto& searcher : searchers) timing.distances += searcher->distances();
    return timing;
}

}  // namespace ann
