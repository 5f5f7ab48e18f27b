#include "truth.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <vector>

#include "byte_rows.hpp"
#include "exact.hpp"
#include "parallel.hpp"
#include "window.hpp"

namespace ann {
namespace {

/// What all of a call share.
struct Call {
    const MatrixView& train;
    const MatrixView& queries;
    std::size_t k;
    unsigned threads;
    Progress& progress;
    std::int32_t* ids;
    float* distances;

    void put(std::size_t query, std::size_t place, std::uint32_t id, double distance) const {
        ids[query * k + place] = static_cast<std::int32_t>(id);
        distances[query * k + place] = static_cast<float>(distance);
    }
};

/// Queries that pass together over one tile of rows after the other: a tile is fetched once for all.
constexpr std::size_t kByteBlock = 128;

void by_bytes(const Call& call, const Rows& form, const ByteRows& rows) {
    parallel_blocks(call.queries.rows, kByteBlock, call.threads,
                    [&](unsigned, std::size_t begin, std::size_t end) {
        const std::size_t bytes = rows.query_bytes(), count = end - begin;
        AlignedArray<std::uint8_t> prepared(count * bytes);
        std::vector<std::int32_t> constants(count);
        std::vector<ByteCandidates> candidates(count);
        for (std::size_t q = 0; q < count; ++q)
            candidates[q].reset(call.k, rows.prepare(call.queries.row(begin + q),
                                                     prepared.data() + q * bytes, constants[q]));
        for (std::size_t tile = 0; tile < rows.tiles(); ++tile) {
            if (call.progress.stopping()) throw Stopped();
            for (std::size_t q = 0; q < count; q += kTileQueries)
                rows.scan(tile, prepared.data() + q * bytes, constants.data() + q,
                          std::min(kTileQueries, count - q), candidates.data() + q);
        }
        ExactQuery exact(form, call.train);
        AlignedArray<float> query(form.stride()), row(form.stride());
        for (std::size_t q = 0; q < count; ++q) {
            if (!candidates[q].is_exact()) {
                (void)form.prepare(call.queries.row(begin + q), query.data());
                exact.set(call.queries.row(begin + q), query.data());
            }
            candidates[q].each(
                [&](std::uint32_t id) {
                    form.write_row(call.train.row(id), row.data());
                    return exact.squared_to(row.data());
                },
                [&](std::size_t i, std::uint32_t id, double squared) {
                    call.put(begin + q, i, id, form.to_metric(squared));
                });
        }
        call.progress.add(count);
    });
}

/// Answers `count` queries from `from` on, all of which the windows of rows pass by.
void by_floats(const Call& call, Rows& form, std::size_t from, std::size_t count) {
    const std::size_t stride = form.stride();
    // Filled up with queries that nobody asks, so that kernels take kFloatQueries at a time.
    AlignedArray<float> prepared((count + kFloatQueries - 1) / kFloatQueries * kFloatQueries * stride);
    std::vector<FloatCandidates> candidates(count);
    std::vector<char> has_direction(count);
    for (std::size_t q = 0; q < count; ++q) {
        float* own = prepared.data() + q * stride;
        has_direction[q] = form.prepare(call.queries.row(from + q), own) ? 1 : 0;
        candidates[q].reset(FloatReach(form, own), call.k);
    }

    Window window(form, call.train);
    constexpr std::size_t kBlock = 32;
    for (std::size_t first = 0; first < call.train.rows; first += window.most_rows()) {
        window.move_to(first, call.threads);
        parallel_blocks(count, kBlock, call.threads, [&](unsigned, std::size_t begin, std::size_t end) {
            for (std::size_t q = begin; q < end; ++q) candidates[q].look_again();
            for (std::size_t tile = 0; tile < window.tiles(); ++tile) {
                if (call.progress.stopping()) throw Stopped();
                for (std::size_t q = begin; q < end; q += kFloatQueries)
                    window.scan(tile, prepared.data() + q * stride, has_direction.data() + q,
                                std::min(kFloatQueries, end - q), candidates.data() + q);
            }
        });
        const std::size_t before = count * first / call.train.rows;
        const std::size_t after = std::min(call.train.rows, first + window.most_rows());
        call.progress.add(count * after / call.train.rows - before);
    }

    parallel_blocks(count, kBlock, call.threads, [&](unsigned, std::size_t begin, std::size_t end) {
        ExactQuery exact(form, call.train);
        AlignedArray<float> row(stride);
        for (std::size_t q = begin; q < end; ++q) {
            if (has_direction[q] == 0) {  // at 1 - cos = 1 from every row
                for (std::size_t i = 0; i < call.k; ++i)
                    call.put(from + q, i, static_cast<std::uint32_t>(i), 1.0);
                continue;
            }
            exact.set(call.queries.row(from + q), prepared.data() + q * stride);
            const auto& ranked = candidates[q].rank(call.k, [&](std::uint32_t id) {
                if (form.metric() == Metric::angular) return exact.squared_to(call.train.row(id));
                form.write_row(call.train.row(id), row.data());
                return exact.squared_to(row.data());
            });
            for (std::size_t i = 0; i < call.k; ++i)
                call.put(from + q, i, ranked[i].id, form.to_metric(ranked[i].squared));
        }
    });
}

}  // namespace

void exact_neighbours(const MatrixView& train, Metric metric, const MatrixView& queries,
                      std::size_t k, unsigned threads, Progress& progress, std::int32_t* ids,
                      float* distances) {
    Rows form = Rows::form_of(train, metric, threads);
    if (k == 0 || k > train.rows)
        throw std::invalid_argument("k must be between 1 and the number of rows");
    if (queries.dim != train.dim)
        throw std::invalid_argument("queries: the dimension differs from train");
    require_finite(queries, "queries");
    progress.begin(queries.rows);

    const Call call{train, queries, k, threads, progress, ids, distances};
    if (const auto bytes = metric == Metric::euclidean ? ByteRows::of(train, threads) : std::nullopt)
        return by_bytes(call, form, *bytes);
    // So many at a time that what is kept of each stays small beside the rows.
    constexpr std::size_t kTogether = 4096;
    for (std::size_t from = 0; from < queries.rows; from += kTogether)
        by_floats(call, form, from, std::min(kTogether, queries.rows - from));
}

}  // namespace ann
