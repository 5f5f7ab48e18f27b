#include "quantized_graph.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "../archive.hpp"
#include "../parallel.hpp"
#include "calibrate.hpp"
#include "sample.hpp"
#include "walk.hpp"

namespace ann {
namespace {

constexpr const char* kKind = "annbench qg";
constexpr std::uint32_t kVersion = 2;

/// Rows that projection and grids are fitted to.
constexpr std::size_t kSample = 4096;

double fourth_power(double x) { return x * x * x * x; }

QuantizedGraphParams checked(QuantizedGraphParams params) {
    if (params.degree < 4 || params.degree > 256)
        throw std::invalid_argument("R must be between 4 and 256");
    if (params.ef_construction < 1 || params.ef_construction > 10000)
        throw std::invalid_argument("efConstruction must be between 1 and 10000");
    return params;
}

}  // namespace

QuantizedGraph::QuantizedGraph(const MatrixView& train, Metric metric,
                               const QuantizedGraphParams& params, unsigned threads,
                               Progress& progress)
    : count_(train.rows), rows_((checked(params), train), metric, threads) {
    const CodeShape shape = params.shape.bytes() > 0
                                ? params.shape
                                : choose_shape(train, metric, params, threads, progress);
    const SampledRows sampled(rows_, kSample);
    coder_ = Coder(sampled.sample, shape, rows_.centred(), threads);

    // The nearest row to the mean: in the middle, so that few steps lead everywhere.
    float best = std::numeric_limits<float>::infinity();
    ExactQueryRow scratch = rows_.scratch();
    for (std::uint32_t id = 0; id < vertices(); ++id)
        if (const float square = rows_.byte_row(id, scratch).square; square < best) {
            best = square;
            entry_ = id;
        }

    AlignedArray<std::int8_t> values;
    AlignedArray<float> scales, offsets;
    code_all(shape, threads, values, scales, offsets);
    const CodedRows coded{vertices(), shape, codes_.data(), values.data(), scales.data(), offsets.data()};
    graph_ = build_graph(coded, {params.degree, params.ef_construction, params.seed}, entry_, threads,
                         progress);
    starts_ = Starts(coded, entry_);
    margin_ = margin_of(rows_, coder_, codes_.data());
    floor_ = floor_of(rows_, coder_, codes_.data());
}

/// Codes of all rows, and all rows as queries.
void QuantizedGraph::code_all(CodeShape shape, unsigned threads, AlignedArray<std::int8_t>& values,
                              AlignedArray<float>& scales, AlignedArray<float>& offsets) {
    const std::size_t n = vertices();
    codes_ = AlignedArray<std::uint8_t>(n * shape.bytes());
    values = AlignedArray<std::int8_t>(n * shape.query_bytes());
    scales = AlignedArray<float>(n);
    offsets = AlignedArray<float>(n);
    parallel_blocks(n, 64, threads, [&](unsigned, std::size_t begin, std::size_t end) {
        ExactQueryRow row = rows_.scratch();
        CodeScratch scratch(coder_.projection());
        for (std::size_t i = begin; i < end; ++i) {
            const ByteRow bytes = rows_.byte_row(static_cast<std::uint32_t>(i), row);
            coder_.encode(bytes, scratch, codes_.data() + i * shape.bytes());
            const CodedQuery query =
                coder_.query(bytes, scratch, values.data() + i * shape.query_bytes());
            scales[i] = query.scale;
            offsets[i] = query.offset;
        }
    });
}

std::size_t QuantizedGraph::bytes() const {
    return sizeof *this + rows_.bytes() + coder_.bytes() + codes_.bytes() + graph_.ids.bytes() +
           starts_.bytes();
}

void QuantizedGraph::save(const std::string& path) const {
    Writer writer(path, kKind, kVersion);
    const_cast<QuantizedGraph*>(this)->archive(writer);  // a Writer only reads
    writer.close();
}

QuantizedGraph QuantizedGraph::load(const std::string& path, bool map) {
    Reader reader(path, kKind, kVersion, map);
    QuantizedGraph index;
    index.archive(reader);
    index.check(path);
    index.file_ = reader.keep();
    return index;
}

/// A file whose checksum fits may still be made up: what is used without looking is looked at here.
void QuantizedGraph::check(const std::string& path) const {
    const std::size_t n = vertices();
    const auto below = [n](const AlignedArray<std::uint32_t>& ids) {
        return std::all_of(ids.data(), ids.data() + ids.size(), [n](std::uint32_t id) { return id < n; });
    };
    const CodeShape shape = coder_.shape();
    constexpr std::size_t kMostRows = std::numeric_limits<std::int32_t>::max();  // so no product wraps around
    const bool fine = n > 0 && count_ >= n && count_ < kMostRows && shape.wide <= 16 &&
                      shape.narrow <= 16 && shape.bytes() > 0 &&
                      graph_.degree >= 4 && graph_.degree <= 256 && graph_.ids.size() == n * graph_.degree &&
                      codes_.size() == n * shape.bytes() && entry_ < n && starts_.is_sound(n, shape) &&
                      below(graph_.ids) && rows_.is_sound(count_) && coder_.is_sound(rows_.inner_dim());
    if (!fine) throw std::runtime_error(path + ": is damaged: its parts do not fit together");
}

class QuantizedGraphSearcher final : public Searcher {
public:
    QuantizedGraphSearcher(const QuantizedGraph& index, std::size_t effort)
        : index_(index), all_(effort >= kMostEffort || index.vertices() <= kLeastRoom),
          slack_(static_cast<float>(effort) / QuantizedGraph::kEffortUnit),
          margin_(std::min(0.9, index.margin_ * std::max(1.0, fourth_power(slack_)))),
          room_(effort > 1000 ? kLeastRoom + 4 * (effort - 1000) : kLeastRoom), query_(index.rows_.scratch()),
          scratch_(index.coder_.projection()), values_(index.shape().query_bytes()),
          start_estimates_(index.starts_.most()),
          walk_(index.vertices(), index.graph_.degree) {}

    void search(const float* query, std::size_t k, std::int32_t* ids) override {
        if (!index_.rows_.prepare(query, query_)) {  // as far from one row as from another
            const std::size_t n = std::min(k, index_.count_);
            std::iota(ids, ids + n, 0);
            std::fill(ids + n, ids + k, -1);
            return;
        }
        const CodedQuery coded = index_.coder_.query(query_.row, scratch_, values_.data());
        walk_.begin(k, std::min(index_.vertices(), std::max(room_, 2 * k)));
        const Starts::Start start = index_.starts_.near(coded, index_.shape(), start_estimates_.data());
        walk_.start(start.id, start.estimate);
        const float keep = std::max(slack_, static_cast<float>(1.0 / (1.0 - margin_)));
        walk_.run(index_.graph_, index_.codes_.data(), index_.shape(), coded,
                  all_ ? Effort::exhaustive() : Effort{slack_, keep, index_.floor_},
                  [this](std::uint32_t id) { index_.rows_.ask<2>(id); });
        const std::size_t looked = rerank(k);
        const std::size_t estimated = start.looked_at + walk_.estimated;
        distances_ += estimated + looked;
        bytes_read_ += estimated * index_.shape().bytes() +
                       walk_.expanded * index_.graph_.degree * sizeof(std::uint32_t) +
                       looked * index_.rows_.row_bytes();
        write(k, ids);
    }

private:
    static constexpr std::size_t kLeastRoom = 512, kMostEffort = 10000;
    /// Rows that are asked for ahead of the one looked at.
    static constexpr std::size_t kAhead = 4;

    /// The k nearest of the candidates by their rows, nearest first, into nearest_. Candidates come by
    /// their estimates; it ends where an estimate says, even if it is as much too high as estimates
    /// are, that the row is farther than the k-th found. How estimates of this query lie beside
    /// distances is told by the first k. Returns how many rows it looked at.
    std::size_t rerank(std::size_t k) {
        const Candidates& candidates = walk_.candidates;
        if (nearest_.size() < k) nearest_.resize(k);
        if (order_.size() < k + candidates.most() + 1) order_ = AlignedArray<Met>(k + candidates.most() + 1);
        found_ = 0;
        ordered_ = std::min(k, candidates.near_count());
        std::copy_n(candidates.near(), ordered_, order_.data());
        for (std::size_t i = 0; i < std::min(ordered_, kAhead); ++i) index_.rows_.ask<3>(id_of(order_[i]));
        if (ordered_ < k) return look_at(0, ordered_, k, 0.0);  // there are no others

        // Put in order while the first rows travel: as far as is likely to be needed.
        take(estimate_of(order_[k - 1]) / static_cast<float>(1.0 - margin_));
        look_at(0, k, k, 0.0);
        double estimated = 0.0, found = 0.0;
        for (std::size_t i = 0; i < k; ++i) {
            estimated += estimate_of(order_[i]);
            found += nearest_[i].distance;
        }
        const double trust = !all_ && estimated > 0.0 ? found / estimated * (1.0 - margin_) : 0.0;
        take(trust > 0.0 ? static_cast<float>(nearest_[k - 1].distance / trust)
                         : std::numeric_limits<float>::infinity());
        return look_at(k, ordered_, k, trust);
    }

    /// Candidates beyond those in order_ whose estimates are up to `limit` go there too, in order.
    void take(float limit) {
        const Candidates& candidates = walk_.candidates;
        Met* const begin = order_.data() + ordered_;
        const Met last = begin[-1] & ~kExpanded, most = met(limit, 0x7FFF'FFFFu);
        if (most <= last) return;
        Met* end = begin;
        for (std::size_t i = 0; i < candidates.size(); ++i) {
            const Met one = candidates.all()[i];
            *end = one;
            end += one > last && one <= most;
        }
        std::sort(begin, end);
        ordered_ = static_cast<std::size_t>(end - order_.data());
    }

    /// Looks at the rows of order_ from place `from` to `to`, until an estimate times `trust` is beyond
    /// the k-th found. Returns the place where it ended.
    std::size_t look_at(std::size_t from, std::size_t to, std::size_t k, double trust) {
        const ExactRows& rows = index_.rows_;
        for (std::size_t i = from; i < to; ++i) {
            const double bound = found_ == k ? nearest_[k - 1].distance : std::numeric_limits<double>::infinity();
            if (estimate_of(order_[i]) * trust > bound) return i;
            if (i + kAhead < ordered_) rows.ask<3>(id_of(order_[i + kAhead]));
            const std::uint32_t id = id_of(order_[i]);
            const double distance = rows.distance(query_, id, bound);
            if (!(distance < bound)) continue;
            std::size_t at = found_ < k ? found_++ : k - 1;
            for (; at > 0 && nearest_[at - 1].distance > distance; --at) nearest_[at] = nearest_[at - 1];
            nearest_[at] = {distance, id};
        }
        return to;
    }

    /// Each vertex as all rows that are equal to it.
    void write(std::size_t k, std::int32_t* ids) const {
        const Copies& copies = index_.rows_.copies();
        std::size_t n = 0;
        for (std::size_t i = 0; i < found_ && n < k; ++i) {
            const std::uint32_t vertex = nearest_[i].id;
            if (copies.none()) {
                ids[n++] = static_cast<std::int32_t>(vertex);
                continue;
            }
            for (const std::uint32_t id : copies.of(vertex)) {
                if (n == k) break;
                ids[n++] = static_cast<std::int32_t>(id);
            }
        }
        std::fill(ids + n, ids + k, -1);
    }

    struct Exact {
        double distance;
        std::uint32_t id;
    };

    const QuantizedGraph& index_;
    bool all_;  // nothing is left out for its estimate, but for want of room
    float slack_;
    double margin_;  // of the index, and more where more effort is wanted
    std::size_t room_;
    ExactQueryRow query_;
    CodeScratch scratch_;
    AlignedArray<std::int8_t> values_;
    AlignedArray<float> start_estimates_;
    Walk walk_;
    std::vector<Exact> nearest_;
    std::size_t found_ = 0;
    AlignedArray<Met> order_;  // candidates by their estimates, as far as they are in order
    std::size_t ordered_ = 0;
};

std::unique_ptr<Searcher> QuantizedGraph::searcher(std::size_t effort) const {
    return std::make_unique<QuantizedGraphSearcher>(*this, effort);
}

}  // namespace ann
