// Hierarchical navigable small world graph.
//
// Y. A. Malkov, D. A. Yashunin: Efficient and robust approximate nearest neighbor search using
// Hierarchical Navigable Small World graphs. IEEE TPAMI 42(4), 2020; arXiv 1603.09320.
// "Algorithm n" in comments is that paper's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "copies.hpp"
#include "memory.hpp"
#include "progress.hpp"
#include "rows.hpp"
#include "searcher.hpp"

namespace ann {

struct HnswParams {
    std::size_t M = 16;                // links of a node per upper level; level 0 holds 2M
    std::size_t ef_construction = 200; // candidates kept while a node is inserted
    std::uint64_t seed = 42;           // of the levels
};

/// The level of a node, by its number and the seed alone: floor(-ln(u) / ln(M)), u uniform in (0, 1]
/// (section 4.1: mL = 1 / ln M). Independent of threads and of insertion order.
unsigned hnsw_level(std::uint32_t id, std::uint64_t seed, std::size_t M);

/// A node of the graph is a row; of rows that are equal, the first (copies.hpp). Every node can be
/// reached from every other one on level 0 (hnsw_connect.cpp).
class Hnsw {
public:
    static constexpr std::uint32_t kNone = 0xFFFF'FFFFu;

    /// Builds over `train` (n x dim) in `threads` threads; one thread gives the same graph every
    /// time. progress counts rows inserted. Throws Stopped; std::invalid_argument for M outside
    /// 2..512, ef_construction = 0, and as Rows does.
    Hnsw(const MatrixView& train, Metric metric, const HnswParams& params, unsigned threads,
         Progress& progress);

    /// One thread's searcher with a candidate list of max(ef, k).
    [[nodiscard]] std::unique_ptr<Searcher> searcher(std::size_t ef) const;

    /// Of the data it was built over, copies included.
    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return rows_.dim(); }

    /// The rows of the nodes.
    [[nodiscard]] const Rows& rows() const { return rows_; }
    [[nodiscard]] const Copies& copies() const { return copies_; }

    /// Nodes that no search can find, counted when it was built: 0.
    [[nodiscard]] std::size_t unreachable() const { return unreachable_; }
    [[nodiscard]] const HnswParams& params() const { return params_; }
    [[nodiscard]] std::uint32_t entry() const { return entry_; }
    [[nodiscard]] unsigned level(std::uint32_t id) const { return levels_[id]; }

    /// Links a node may have on a level.
    [[nodiscard]] std::size_t capacity(unsigned level) const {
        return level == 0 ? 2 * params_.M : params_.M;
    }
    /// The links of a node on a level: capacity(level) ids, the unused ones kNone, at the end.
    [[nodiscard]] const std::uint32_t* links(std::uint32_t id, unsigned level) const {
        return level == 0 ? bottom_.data() + id * bottom_stride_
                          : upper_.data() + (upper_begin_[id] + level - 1) * params_.M;
    }

    /// All memory the finished index holds, in bytes, padding included.
    [[nodiscard]] std::size_t bytes() const;

private:
    friend class HnswBuilder;

    HnswParams params_;
    std::size_t count_;
    Rows rows_;
    Copies copies_;
    std::size_t unreachable_ = 0;
    std::uint32_t entry_ = 0;
    std::size_t bottom_stride_;               // ids per node on level 0: whole cache lines
    AlignedArray<std::uint8_t> levels_;
    AlignedArray<std::uint32_t> bottom_;      // level 0, n x bottom_stride_
    AlignedArray<std::uint32_t> upper_;       // levels 1.., M ids each, level by level of each node
    AlignedArray<std::uint32_t> upper_begin_; // of a node: its first block in upper_
};

}  // namespace ann
