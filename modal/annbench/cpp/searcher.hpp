// What every index offers: a searcher per thread.
#pragma once

#include <cstddef>
#include <cstdint>

namespace ann {

/// Answers queries one at a time, with all scratch memory of one thread. It refers to its index,
/// which must outlive it. Many searchers may work on one index at the same time.
class Searcher {
public:
    virtual ~Searcher() = default;

    /// Writes the ids of the k nearest rows, nearest first; -1 where fewer were found.
    /// `query` holds the index's dim floats, raw (any normalising happens in here, on the clock).
    virtual void search(const float* query, std::size_t k, std::int32_t* ids) = 0;

    /// Distances begun so far, abandoned ones included.
    [[nodiscard]] std::uint64_t distances() const { return distances_; }

    /// Bytes of the index that searches have read so far; 0 where nobody counts them.
    [[nodiscard]] std::uint64_t bytes_read() const { return bytes_read_; }

protected:
    std::uint64_t distances_ = 0;
    std::uint64_t bytes_read_ = 0;
};

}  // namespace ann
