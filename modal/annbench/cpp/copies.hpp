// Rows that are equal, kept once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "rows.hpp"

namespace ann {

/// A row that occurs often would fill the link lists of a graph with links at distance 0, and cut
/// off what lies beyond. So each row is one node however often it occurs, and the node knows the
/// ids. Rows are equal when they are after Rows has prepared them: under angular those of one
/// direction, and all zeros.
class Copies {
public:
    Copies() = default;

    /// Finds the copies among `rows` and keeps one of each there, the one with the smallest id.
    Copies(Rows& rows, unsigned threads);

    /// Without copies a node is the row of its number, and nothing is kept here.
    [[nodiscard]] bool none() const { return begin_.empty(); }

    /// The ids of a node's rows, ascending. Only where there are copies.
    [[nodiscard]] std::span<const std::uint32_t> of(std::uint32_t node) const {
        return {ids_.data() + begin_[node], begin_[node + 1] - begin_[node]};
    }

    /// Whether it is of `rows` rows in `nodes` nodes: for what was read.
    [[nodiscard]] bool is_sound(std::size_t nodes, std::size_t rows) const {
        return begin_.size() == nodes + 1 && ids_.size() == rows && begin_.front() == 0 &&
               begin_.back() == rows && std::is_sorted(begin_.begin(), begin_.end()) &&
               std::all_of(ids_.begin(), ids_.end(), [rows](std::uint32_t id) { return id < rows; });
    }

    /// All that it consists of, for a file (archive.hpp).
    template <class Archive>
    void archive(Archive& each) {
        each(begin_, ids_);
    }

    [[nodiscard]] std::size_t bytes() const {
        return (begin_.capacity() + ids_.capacity()) * sizeof(std::uint32_t);
    }

private:
    std::vector<std::uint32_t> begin_;  // of a node in ids_, and the end
    std::vector<std::uint32_t> ids_;    // of all rows, node by node
};

}  // namespace ann
