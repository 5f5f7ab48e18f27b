// Searching with a clock.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

#include "matrix.hpp"
#include "progress.hpp"
#include "searcher.hpp"

namespace ann {

struct Timing {
    double wall_seconds = 0.0;     // from the first query's start to the last one's end
    std::uint64_t distances = 0;   // over all queries
};

/// Answers every row of `queries`, each on its own, spread over `threads` threads.
/// ids: m x k int32. latency_seconds: m doubles, one query each, by the monotonic clock.
/// Everything a query needs is on the clock; making the searchers is not (once per thread).
/// progress counts queries. Throws Stopped between two queries.
Timing timed_search(const std::function<std::unique_ptr<Searcher>()>& make_searcher,
                    const MatrixView& queries, std::size_t k, unsigned threads, Progress& progress,
                    std::int32_t* ids, double* latency_seconds);

}  // namespace ann
