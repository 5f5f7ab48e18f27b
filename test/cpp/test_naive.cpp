// Exact search is exact.
#include <algorithm>
#include <numeric>
#include <stdexcept>
#include <string>

#include "build_facts.hpp"
#include "check.hpp"
#include "dummy.hpp"
#include "naive.hpp"
#include "timed.hpp"

namespace {

std::vector<std::int32_t> by_sorting(const ann::Rows& rows, const float* query, std::size_t k) {
    ann::AlignedArray<float> prepared(rows.stride());
    rows.prepare(query, prepared.data());
    std::vector<double> d(rows.count());
    for (std::uint32_t i = 0; i < rows.count(); ++i) d[i] = rows.squared_exact(prepared.data(), i);
    std::vector<std::int32_t> ids(rows.count());
    std::iota(ids.begin(), ids.end(), 0);
    std::stable_sort(ids.begin(), ids.end(), [&](auto a, auto b) {
        return d[static_cast<std::size_t>(a)] < d[static_cast<std::size_t>(b)];
    });
    ids.resize(k);
    return ids;
}

void finds_what_sorting_finds() {
    for (ann::Metric metric : {ann::Metric::euclidean, ann::Metric::angular}) {
        for (std::size_t dim : {1u, 5u, 16u, 100u, 300u}) {
            const Cloud train(1500, dim, 1), test(30, dim, 2);
            const ann::Naive index(train.view(), metric, 2);
            const auto searcher = index.searcher();
            for (std::size_t k : {1u, 10u, 200u}) {
                std::vector<std::int32_t> ids(k * test.rows);
                std::vector<float> distances(k * test.rows);
                ann::Progress progress;
                ann::exact_neighbours(index.rows(), test.view(), k, 2, progress, ids.data(),
                                      distances.data());
                CHECK(progress.done == test.rows && progress.total == test.rows);
                for (std::size_t q = 0; q < test.rows; ++q) {
                    const auto wanted = by_sorting(index.rows(), test.view().row(q), k);
                    std::vector<std::int32_t> found(k);
                    searcher->search(test.view().row(q), k, found.data());
                    CHECK(found == wanted);
                    CHECK(std::equal(wanted.begin(), wanted.end(), ids.begin() + q * k));
                    CHECK(std::is_sorted(distances.begin() + q * k, distances.begin() + (q + 1) * k));
                }
            }
            CHECK(searcher->distances() == 3 * test.rows * train.rows);
        }
    }
}

void timed_search_answers_every_query_once() {
    const Cloud train(500, 20, 3), test(101, 20, 4);
    const ann::Naive index(train.view(), ann::Metric::euclidean, 1);
    std::vector<std::int32_t> one(505), many(505, -7);
    std::vector<double> latency(101, -1.0);
    ann::Progress progress;
    const auto make = [&] { return index.searcher(); };
    ann::timed_search(make, test.view(), 5, 1, progress, one.data(), latency.data());
    const auto timing = ann::timed_search(make, test.view(), 5, 3, progress, many.data(),
                                          latency.data());
    CHECK(one == many);
    CHECK(timing.distances == 101 * 500 && timing.wall_seconds > 0.0);
    CHECK(std::all_of(latency.begin(), latency.end(), [](double s) { return s > 0.0; }));
    progress.stop = true;
    CHECK_THROWS(ann::Stopped, "stopped",
                 ann::timed_search(make, test.view(), 5, 3, progress, many.data(), latency.data()));
}

void dummy_answers_by_the_same_clock() {
    const Cloud test(11, 4, 7);
    const ann::Dummy index(100, 4);
    std::vector<std::int32_t> ids(33, -7);
    std::vector<double> latency(11, -1.0);
    ann::Progress progress;
    const auto timing = ann::timed_search([&] { return index.searcher(3); }, test.view(), 3, 2,
                                          progress, ids.data(), latency.data());
    for (std::size_t i = 0; i < ids.size(); ++i) CHECK(ids[i] == static_cast<std::int32_t>(i % 3));
    CHECK(progress.done == 11 && timing.distances == 0 && timing.wall_seconds > 0.0);
    CHECK(std::all_of(latency.begin(), latency.end(), [](double s) { return s >= 0.0; }));
    CHECK_THROWS(std::invalid_argument, "empty", ann::Dummy(0, 4));
}

void says_what_it_was_built_from() {
    CHECK(std::string(ann::source_sha256()).size() == 64);
    CHECK(!std::string(ann::compiler()).empty() && !std::string(ann::compiler_flags()).empty());
}

void refuses() {
    const Cloud train(20, 4, 5), test(3, 5, 6);
    const ann::Rows rows(train.view(), ann::Metric::euclidean, 1);
    ann::Progress progress;
    CHECK_THROWS(std::invalid_argument, "k must",
                 ann::exact_neighbours(rows, train.view(), 21, 1, progress, nullptr, nullptr));
    CHECK_THROWS(std::invalid_argument, "dimension",
                 ann::exact_neighbours(rows, test.view(), 1, 1, progress, nullptr, nullptr));
}

}  // namespace

int main() {
    RUN(finds_what_sorting_finds);
    RUN(timed_search_answers_every_query_once);
    RUN(dummy_answers_by_the_same_clock);
    RUN(says_what_it_was_built_from);
    RUN(refuses);
    return REPORT();
}
