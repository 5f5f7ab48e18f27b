#include "calibrate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "../truth.hpp"
#include "../random.hpp"
#include "quantized_graph.hpp"

namespace ann {
namespace {

constexpr std::size_t kTrialRows = 8192, kTrialQueries = 200, kTrialK = 10;
constexpr double kTrialRecall = 0.99;
/// Of fewer rows trials would take as long as the index itself: four shapes at most, each on kTrialRows.
constexpr std::size_t kLeastRows = 4 * kTrialRows;
/// A graph that is quickly built tells as much of codes as a better one.
constexpr std::size_t kTrialDegree = 32, kTrialEfConstruction = 64;

/// Shapes that may do for rows of so many dimensions, the usual one first.
std::vector<CodeShape> candidates(std::size_t dim) {
    if (dim <= wide_values({1, 0})) return {{1, 0}};  // no other has fewer bytes, and none is finer
    if (dim <= narrow_values({0, 1})) return {{0, 1}, {2, 0}};
    if (dim <= narrow_values({0, 2})) return {{0, 2}, {0, 1}, {1, 1}};
    return {{0, 2}, {1, 1}, {1, 2}, {0, 3}};
}

struct Matrix {
    std::vector<float> values;
    MatrixView view;
};

/// Rows of a matrix, drawn at random: places `begin` … `end` of one order of all.
Matrix drawn(const MatrixView& from, const std::vector<std::uint32_t>& order, std::size_t begin,
             std::size_t end) {
    Matrix out;
    for (std::size_t i = begin; i < end; ++i)
        out.values.insert(out.values.end(), from.row(order[i]), from.row(order[i]) + from.dim);
    out.view = {out.values.data(), end - begin, from.dim};
    return out;
}

/// The first `count` of a random order.
std::vector<std::uint32_t> random_order(std::size_t rows, std::size_t count, std::uint64_t seed) {
    std::vector<std::uint32_t> all(rows);
    for (std::size_t i = 0; i < rows; ++i) all[i] = static_cast<std::uint32_t>(i);
    for (std::size_t i = 0; i < count; ++i)
        std::swap(all[i], all[i + random_bits(seed, i) % (rows - i)]);
    all.resize(count);
    return all;
}

/// Bytes that all queries read with the least effort that finds enough; without end where none does.
double cost_of(const QuantizedGraph& index, const MatrixView& queries,
               const std::vector<std::int32_t>& nearest) {
    std::vector<std::int32_t> found(kTrialK);
    for (std::size_t effort = 1000; effort <= 2000; effort += effort < 1200 ? 25 : 100) {
        const auto searcher = index.searcher(effort);
        std::size_t hits = 0;
        for (std::size_t q = 0; q < queries.rows; ++q) {
            searcher->search(queries.row(q), kTrialK, found.data());
            const auto first = nearest.begin() + static_cast<std::ptrdiff_t>(q * kTrialK);
            for (const std::int32_t id : found)
                hits += std::find(first, first + kTrialK, id) != first + kTrialK;
        }
        if (static_cast<double>(hits) >= kTrialRecall * static_cast<double>(queries.rows * kTrialK))
            return static_cast<double>(searcher->bytes_read());
    }
    return std::numeric_limits<double>::infinity();
}

}  // namespace

CodeShape choose_shape(const MatrixView& train, Metric metric, const QuantizedGraphParams& params,
                       unsigned threads, Progress& progress) {
    const std::vector<CodeShape> shapes = candidates(train.dim);
    if (shapes.size() == 1 || train.rows < kLeastRows) return shapes.front();
    const auto order = random_order(train.rows, kTrialRows + kTrialQueries, params.seed);
    const Matrix rows = drawn(train, order, 0, kTrialRows);
    const Matrix queries = drawn(train, order, kTrialRows, order.size());
    std::vector<std::int32_t> nearest(kTrialQueries * kTrialK);
    std::vector<float> distances(nearest.size());
    Progress unwatched;
    exact_neighbours(rows.view, metric, queries.view, kTrialK, threads, unwatched, nearest.data(),
                     distances.data());
    CodeShape best = shapes.front();
    double least = std::numeric_limits<double>::infinity();
    for (const CodeShape shape : shapes) {
        if (progress.stopping()) throw Stopped();
        QuantizedGraphParams trial = params;
        trial.shape = shape;
        trial.degree = std::min(params.degree, kTrialDegree);
        trial.ef_construction = std::min(params.ef_construction, kTrialEfConstruction);
        const QuantizedGraph index(rows.view, metric, trial, threads, unwatched);
        if (const double cost = cost_of(index, queries.view, nearest); cost < least) {
            least = cost;
            best = shape;
        }
    }
    return best;
}

float floor_of(const ExactRows& rows, const Coder& coder, const std::uint8_t* codes) {
    constexpr std::size_t kLooked = 1000;
    ExactQueryRow row = rows.scratch();
    CodeScratch scratch(coder.projection());
    AlignedArray<std::int8_t> values(coder.shape().query_bytes());
    const std::size_t looked = std::min(rows.count(), kLooked);
    double sum = 0.0;
    for (std::size_t i = 0; i < looked; ++i) {
        const auto id = static_cast<std::uint32_t>(i * rows.count() / looked);
        const CodedQuery query = coder.query(rows.byte_row(id, row), scratch, values.data());
        float estimate;
        byte_kernels().estimate(codes, coder.shape(), &id, 1, query.values, query.scale, query.offset,
                                &estimate);
        sum += std::fabs(estimate);
    }
    return static_cast<float>(sum / static_cast<double>(looked));
}

float margin_of(const ExactRows& rows, const Coder& coder, const std::uint8_t* codes) {
    constexpr std::size_t kQueries = 100, kLooked = 16384, kNear = 100, kNearest = 10;
    constexpr double kShare = 0.995;
    constexpr float kLeast = 0.01f, kMost = 0.6f;
    const std::size_t n = rows.count();
    if (n < 2 * kNear) return kMost;

    ExactQueryRow row = rows.scratch();
    CodeScratch scratch(coder.projection());
    AlignedArray<std::int8_t> values(coder.shape().query_bytes());
    const std::size_t looked = std::min(n, kLooked);
    std::vector<std::uint32_t> ids(looked);
    for (std::size_t i = 0; i < looked; ++i) ids[i] = static_cast<std::uint32_t>(i * n / looked);
    std::vector<float> estimates(looked);
    struct Near {
        double estimate, distance;
    };
    std::vector<std::size_t> order(looked);
    std::vector<Near> near(kNear);
    std::vector<double> missed;
    const std::size_t queries = std::min(n, kQueries);
    for (std::size_t q = 0; q < queries; ++q) {
        // Between the rows that are looked at, where there are enough.
        const auto id = static_cast<std::uint32_t>((2 * q + 1) * n / (2 * queries));
        const ByteRow bytes = rows.byte_row(id, row);
        const CodedQuery query = coder.query(bytes, scratch, values.data());
        byte_kernels().estimate(codes, coder.shape(), ids.data(), looked, query.values, query.scale,
                                query.offset, estimates.data());
        for (std::size_t i = 0; i < looked; ++i) order[i] = i;
        std::erase_if(order, [&](std::size_t i) { return ids[i] == id; });
        std::partial_sort(order.begin(), order.begin() + kNear, order.end(),
                          [&](std::size_t a, std::size_t b) { return estimates[a] < estimates[b]; });
        double estimated = 0.0, found = 0.0;
        for (std::size_t i = 0; i < kNear; ++i) {
            near[i] = {estimates[order[i]], rows.between(id, ids[order[i]])};
            if (i < kNearest) {
                estimated += near[i].estimate;
                found += near[i].distance;
            }
        }
        order.resize(looked);
        if (!(estimated > 0.0 && found > 0.0)) continue;
        std::sort(near.begin(), near.end(),
                  [](const Near& a, const Near& b) { return a.distance < b.distance; });
        const double kth = near[kNearest - 1].distance;
        for (std::size_t i = 0; i < kNearest; ++i) {
            const double scaled = near[i].estimate * found / estimated;  // 0 or less: not too high
            missed.push_back(scaled > kth ? 1.0 - kth / scaled : 0.0);
        }
    }
    if (missed.empty()) return kMost;
    const auto at = static_cast<std::ptrdiff_t>(kShare * static_cast<double>(missed.size() - 1));
    std::nth_element(missed.begin(), missed.begin() + at, missed.end());
    return std::clamp(static_cast<float>(missed[static_cast<std::size_t>(at)]), kLeast, kMost);
}

}  // namespace ann
