#include "naive.hpp"

#include <algorithm>
#include <numeric>
#include <stdexcept>

#include "parallel.hpp"

namespace ann {
namespace {

/// Extra candidates kept beyond k, so that those whose float32 distances differ by rounding only
/// are ranked again in double.
constexpr std::size_t kSlack = 16;

/// Rows per kernel call. 64 rows of 784 floats are 196 KiB: they stay in the second-level cache
/// while a block of queries passes over them.
constexpr std::size_t kTile = 64;

struct Exact {
    double squared;
    std::uint32_t id;
    bool operator<(const Exact& other) const {
        return squared != other.squared ? squared < other.squared : id < other.id;
    }
};

void scan_tile(const Rows& rows, const float* prepared, std::size_t begin, std::size_t end,
               Pool& pool) {
    std::uint32_t ids[kTile];
    float found[kTile];
    std::iota(ids, ids + (end - begin), static_cast<std::uint32_t>(begin));
    kernels().gather(prepared, rows.data(), rows.stride(), ids, end - begin, pool.bound(), found);
    for (std::size_t i = 0; i < end - begin; ++i) pool.insert(found[i], ids[i]);
}

void rank_exactly(const Rows& rows, const float* prepared, const Pool& pool,
                  std::vector<Exact>& out) {
    out.clear();
    for (std::size_t i = 0; i < pool.size(); ++i) {
        const std::uint32_t id = pool.at(i).id;
        out.push_back({rows.squared_exact(prepared, id), id});
    }
    std::sort(out.begin(), out.end());
}

class NaiveSearcher final : public Searcher {
public:
    explicit NaiveSearcher(const Rows& rows) : rows_(rows), query_(rows.stride()) {}

    void search(const float* query, std::size_t k, std::int32_t* ids) override {
        rows_.prepare(query, query_.data());
        pool_.reset(std::min(rows_.count(), k + kSlack));
        for (std::size_t begin = 0; begin < rows_.count(); begin += kTile)
            scan_tile(rows_, query_.data(), begin, std::min(begin + kTile, rows_.count()), pool_);
        distances_ += rows_.count();
        rank_exactly(rows_, query_.data(), pool_, ranked_);
        for (std::size_t i = 0; i < k; ++i)
            ids[i] = i < ranked_.size() ? static_cast<std::int32_t>(ranked_[i].id) : -1;
    }

private:
    const Rows& rows_;
    AlignedArray<float> query_;
    Pool pool_;
    std::vector<Exact> ranked_;
};

}  // namespace

std::unique_ptr<Searcher> Naive::searcher() const { return std::make_unique<NaiveSearcher>(rows_); }

void exact_neighbours(const Rows& rows, const MatrixView& queries, std::size_t k, unsigned threads,
                      Progress& progress, std::int32_t* ids, float* distances) {
    if (k == 0 || k > rows.count())
        throw std::invalid_argument("k must be between 1 and the number of rows");
    if (queries.dim != rows.dim())
        throw std::invalid_argument("queries: the dimension differs from train");
    require_finite(queries, "queries");
    progress.begin(queries.rows);

    // A block of queries passes together over one tile of rows after the other.
    constexpr std::size_t kBlock = 16;
    parallel_blocks(queries.rows, kBlock, threads,
                    [&](unsigned, std::size_t begin, std::size_t end) {
        AlignedArray<float> prepared(kBlock * rows.stride());
        std::vector<Pool> pools(end - begin);
        for (std::size_t q = begin; q < end; ++q) {
            rows.prepare(queries.row(q), prepared.data() + (q - begin) * rows.stride());
            pools[q - begin].reset(std::min(rows.count(), k + kSlack));
        }
        for (std::size_t tile = 0; tile < rows.count(); tile += kTile) {
            if (progress.stopping()) throw Stopped();
            for (std::size_t q = 0; q < end - begin; ++q)
                scan_tile(rows, prepared.data() + q * rows.stride(), tile,
                          std::min(tile + kTile, rows.count()), pools[q]);
        }
        std::vector<Exact> ranked;
        for (std::size_t q = begin; q < end; ++q) {
            rank_exactly(rows, prepared.data() + (q - begin) * rows.stride(), pools[q - begin],
                         ranked);
            for (std::size_t i = 0; i < k; ++i) {
                ids[q * k + i] = static_cast<std::int32_t>(ranked[i].id);
                distances[q * k + i] = static_cast<float>(rows.to_metric(ranked[i].squared));
            }
        }
        progress.add(end - begin);
    });
}

}  // namespace ann
