#include "naive.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "exact.hpp"
#include "parallel.hpp"
#include "pool.hpp"

namespace ann {
namespace {

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

/// The rows that may be among the k nearest of one query: all whose float32 distance is within
/// reach (Rows::reach) of the k-th smallest one. Few more than k, unless there are ties.
class Candidates {
public:
    void reset(const Rows& rows, const float* prepared, std::size_t k) {
        rows_ = &rows;
        prepared_ = prepared;
        query_length_ = length(prepared, rows.stride());
        nearest_.reset(k);
        within_.clear();
        most_ = std::max<std::size_t>(4 * k, 1024);
        reach_ = std::numeric_limits<float>::infinity();
    }

    void scan(std::size_t begin, std::size_t end) {
        std::uint32_t ids[kTile];
        float found[kTile];
        std::iota(ids, ids + (end - begin), static_cast<std::uint32_t>(begin));
        kernels().gather(prepared_, rows_->data(), rows_->stride(), ids, end - begin, reach_, found);
        for (std::size_t i = 0; i < end - begin; ++i)
            if (found[i] <= reach_) take({found[i], ids[i]});
    }

    /// The k nearest, nearest first, ties by id.
    const std::vector<Exact>& rank(const ExactQuery& exact, std::size_t k) {
        drop_far();
        ranked_.clear();
        for (const Neighbour& one : within_) ranked_.push_back({exact.squared(one.id), one.id});
        std::partial_sort(ranked_.begin(), ranked_.begin() + static_cast<std::ptrdiff_t>(k),
                          ranked_.end());
        return ranked_;
    }

private:
    static double length(const float* values, std::size_t count) {
        double square = 0.0;
        for (std::size_t i = 0; i < count; ++i)
            square += static_cast<double>(values[i]) * values[i];
        return std::sqrt(square);
    }

    void take(Neighbour one) {
        within_.push_back(one);
        if (one.distance < nearest_.bound()) {
            nearest_.insert(one.distance, one.id);
            reach_ = rows_->reach(nearest_.bound(), query_length_);
        }
        if (within_.size() > most_) {
            drop_far();
            most_ = std::max(most_, 2 * within_.size());
        }
    }

    void drop_far() {
        std::erase_if(within_, [this](const Neighbour& one) { return one.distance > reach_; });
    }

    const Rows* rows_ = nullptr;
    const float* prepared_ = nullptr;
    double query_length_ = 0.0;
    Pool nearest_;  // the k nearest by float32: its bound is all that is asked of it
    float reach_ = 0.0f;
    std::size_t most_ = 0;  // entries of within_ at which it is looked through
    std::vector<Neighbour> within_;
    std::vector<Exact> ranked_;
};

class NaiveSearcher final : public Searcher {
public:
    NaiveSearcher(const Rows& rows, const MatrixView& given)
        : rows_(rows), exact_(rows, given), query_(rows.stride()) {}

    void search(const float* query, std::size_t k, std::int32_t* ids) override {
        if (!rows_.prepare(query, query_.data())) {  // as far from one row as from another
            std::iota(ids, ids + k, 0);
            return;
        }
        candidates_.reset(rows_, query_.data(), k);
        for (std::size_t begin = 0; begin < rows_.count(); begin += kTile)
            candidates_.scan(begin, std::min(begin + kTile, rows_.count()));
        distances_ += rows_.count();
        exact_.set(query, query_.data());
        const std::vector<Exact>& ranked = candidates_.rank(exact_, k);
        for (std::size_t i = 0; i < k; ++i) ids[i] = static_cast<std::int32_t>(ranked[i].id);
    }

private:
    const Rows& rows_;
    ExactQuery exact_;
    AlignedArray<float> query_;
    Candidates candidates_;
};

}  // namespace

std::size_t Naive::bytes() const {
    return rows_.bytes() + given_.rows * given_.dim * sizeof(float);
}

std::unique_ptr<Searcher> Naive::searcher() const {
    return std::make_unique<NaiveSearcher>(rows_, given_);
}

void exact_neighbours(const MatrixView& train, Metric metric, const MatrixView& queries,
                      std::size_t k, unsigned threads, Progress& progress, std::int32_t* ids,
                      float* distances) {
    const Rows rows(train, metric, threads);
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
        const auto row = [&](std::size_t q) { return prepared.data() + (q - begin) * rows.stride(); };
        std::vector<Candidates> candidates(end - begin);
        std::vector<bool> has_direction(end - begin);
        for (std::size_t q = begin; q < end; ++q) {
            has_direction[q - begin] = rows.prepare(queries.row(q), row(q));
            candidates[q - begin].reset(rows, row(q), k);
        }
        for (std::size_t tile = 0; tile < rows.count(); tile += kTile) {
            if (progress.stopping()) throw Stopped();
            for (std::size_t q = begin; q < end; ++q)
                if (has_direction[q - begin])
                    candidates[q - begin].scan(tile, std::min(tile + kTile, rows.count()));
        }
        ExactQuery exact(rows, train);
        for (std::size_t q = begin; q < end; ++q) {
            if (!has_direction[q - begin]) {  // at 1 - cos = 1 from every row
                std::iota(ids + q * k, ids + (q + 1) * k, 0);
                std::fill_n(distances + q * k, k, 1.0f);
                continue;
            }
            exact.set(queries.row(q), row(q));
            const std::vector<Exact>& ranked = candidates[q - begin].rank(exact, k);
            for (std::size_t i = 0; i < k; ++i) {
                ids[q * k + i] = static_cast<std::int32_t>(ranked[i].id);
                distances[q * k + i] = static_cast<float>(rows.to_metric(ranked[i].squared));
            }
        }
        progress.add(end - begin);
    });
}

}  // namespace ann
