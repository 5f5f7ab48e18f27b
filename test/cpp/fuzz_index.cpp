// The quantized graph on random data with random parameters: sound, and the same after save and load.
// How many of the nearest it finds is no matter here, but for small sets and the most effort, which
// leave nothing out: with few links, or codes that one far row has made coarse, it may miss some.
#include <algorithm>
#include <set>

#include "fuzz_data.hpp"
#include "graph_checks.hpp"

namespace {

using ann::Metric;
using ann::QuantizedGraph;

using Answers = std::vector<std::vector<std::int32_t>>;

Answers answers_of(const QuantizedGraph& index, const FuzzedData& data, std::size_t k, std::size_t effort) {
    const auto searcher = index.searcher(effort);
    Answers all(FuzzedData::kQueries, std::vector<std::int32_t>(k, -7));
    for (std::size_t q = 0; q < all.size(); ++q) searcher->search(data.query(q), k, all[q].data());
    return all;
}

/// In the metric's own unit, from the values as given.
double distance(const FuzzedData& data, const float* query, std::int32_t id) {
    const float* row = data.view().row(static_cast<std::size_t>(id));
    double square = 0, aa = 0, bb = 0, ab = 0;
    for (std::size_t j = 0; j < data.dim; ++j) {
        const double a = query[j], b = row[j];
        square += (a - b) * (a - b);
        aa += a * a;
        bb += b * b;
        ab += a * b;
    }
    if (data.metric == Metric::euclidean) return std::sqrt(square);
    return aa == 0 || bb == 0 ? 1.0 : 1.0 - ab / std::sqrt(aa * bb);
}

/// What float32 may make of a distance: rounded values, and their sum.
double slack_of(const FuzzedData& data, const float* query, double at) {
    if (data.metric == Metric::angular) return 1e-5 * at + 1e-6;
    double most = 0;
    for (std::size_t j = 0; j < data.dim; ++j) most = std::max(most, std::fabs(static_cast<double>(query[j])));
    return 1e-5 * at + 1e-6 * most + 1e-44;
}

/// Ids that differ, all there are places for, and the nearest first.
void check(const FuzzedData& data, const Answers& answers) {
    for (std::size_t q = 0; q < answers.size(); ++q) {
        const auto& ids = answers[q];
        CHECK(std::set<std::int32_t>(ids.begin(), ids.end()).size() == ids.size());
        double before = 0;
        for (const std::int32_t id : ids) {
            CHECK(id >= 0 && id < static_cast<std::int32_t>(data.rows));
            if (id < 0 || id >= static_cast<std::int32_t>(data.rows)) return;
            const double here = distance(data, data.query(q), id);
            CHECK(here >= before - slack_of(data, data.query(q), before));
            before = std::max(before, here);
        }
    }
}

/// The nearest of all there are.
void check_exact(const FuzzedData& data, const Answers& answers) {
    for (std::size_t q = 0; q < answers.size(); ++q) {
        std::vector<double> all;
        for (std::size_t i = 0; i < data.rows; ++i)
            all.push_back(distance(data, data.query(q), static_cast<std::int32_t>(i)));
        std::sort(all.begin(), all.end());
        for (std::size_t i = 0; i < answers[q].size(); ++i) {
            if (answers[q][i] < 0) return;  // check() has told
            const double found = distance(data, data.query(q), answers[q][i]);
            CHECK(found <= all[i] + slack_of(data, data.query(q), all[i]));
        }
    }
}

}  // namespace

int main() {
    return fuzz("index", 0.5, [](Draw& draw) {
        const FuzzedData data(draw);
        const QuantizedGraph index = fuzzed_index(draw, data);
        CHECK(index.count() == data.rows && index.vertices() <= data.rows);
        CHECK(strongly_connected(index));
        check_links(index);

        const std::size_t k = draw.of_any_size(1, data.rows);
        const std::size_t effort = draw.any<std::size_t>({0, 500, 1000, 1100, 2000, 10000});
        const Answers answers = answers_of(index, data, k, effort);
        check(data, answers);
        if (effort == 10000 || index.vertices() <= 512) check_exact(data, answers);
        // All rows in their order, whatever codes say: everything is reached from everywhere.
        check(data, answers_of(index, data, data.rows, effort));

        const std::string path = fuzz_path();
        index.save(path);
        for (const bool map : {false, true}) {
            const QuantizedGraph read = QuantizedGraph::load(path, map);
            CHECK(answers_of(read, data, k, effort) == answers);
        }
        std::remove(path.c_str());
    });
}
