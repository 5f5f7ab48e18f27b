// Exact search is exact.
#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <numeric>
#include <stdexcept>
#include <string>

#include "build_facts.hpp"
#include "check.hpp"
#include "dummy.hpp"
#include "naive.hpp"
#include "timed.hpp"
#include "truth.hpp"

namespace {

/// By its own code, in long double.
long double squared(const float* a, const float* b, std::size_t dim, ann::Metric metric) {
    long double aa = 1, bb = 1, sum = 0;
    if (metric == ann::Metric::angular) {
        const auto length = [dim](const float* values) {
            long double square = 0;
            for (std::size_t j = 0; j < dim; ++j)
                square += static_cast<long double>(values[j]) * values[j];
            return std::sqrt(square);
        };
        aa = length(a), bb = length(b);
        if (aa == 0 || bb == 0) return 2;
    }
    for (std::size_t j = 0; j < dim; ++j) {
        const long double apart = a[j] / aa - b[j] / bb;
        sum += apart * apart;
    }
    return sum;
}

std::vector<std::int32_t> by_sorting(const ann::MatrixView& train, ann::Metric metric,
                                     const float* query, std::size_t k) {
    std::vector<long double> d(train.rows);
    for (std::size_t i = 0; i < train.rows; ++i)
        d[i] = squared(train.row(i), query, train.dim, metric);
    std::vector<std::int32_t> ids(train.rows);
    std::iota(ids.begin(), ids.end(), 0);
    std::stable_sort(ids.begin(), ids.end(), [&](auto x, auto y) {
        return d[static_cast<std::size_t>(x)] < d[static_cast<std::size_t>(y)];
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
                ann::exact_neighbours(train.view(), metric, test.view(), k, 2, progress, ids.data(),
                                      distances.data());
                CHECK(progress.done == test.rows && progress.total == test.rows);
                for (std::size_t q = 0; q < test.rows; ++q) {
                    const auto wanted = by_sorting(train.view(), metric, test.view().row(q), k);
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

/// What float32 cannot tell apart: rows of nearly one direction, near ties, tiny and huge values.
void finds_what_sorting_finds_where_float32_cannot() {
    constexpr std::size_t dim = 24, n = 900;
    const auto check = [&](const Cloud& all, ann::Metric metric) {
        const ann::MatrixView train{all.values.data(), n, dim};
        const ann::Naive index(train, metric, 2);
        const auto searcher = index.searcher();
        std::vector<std::int32_t> found(20);
        for (std::size_t q = n; q < all.rows; ++q) {
            searcher->search(all.view().row(q), 20, found.data());
            CHECK(found == by_sorting(train, metric, all.view().row(q), 20));
        }
    };
    for (float scale : {1e-42f, 1e-25f, 1e-4f, 1e4f, 1e15f}) {
        Cloud all(n + 20, dim, 8);
        for (float& x : all.values) x *= scale;
        check(all, ann::Metric::euclidean);
        check(all, ann::Metric::angular);
    }
    for (float offset : {1e1f, 1e3f, 1e5f}) {
        Cloud all(n + 20, dim, 9);
        for (std::size_t i = 0; i < all.values.size(); ++i)
            all.values[i] += offset * static_cast<float>(1 + i % dim);
        check(all, ann::Metric::euclidean);
        check(all, ann::Metric::angular);
    }
    Cloud near(n + 20, dim, 10);  // all but a hair of one row
    for (std::size_t i = 0; i < near.rows; ++i)
        for (std::size_t j = 0; j < dim; ++j)
            near.values[i * dim + j] = near.values[j] * (1.0f + 1e-7f * static_cast<float>(i * j % 11));
    check(near, ann::Metric::euclidean);
    Cloud whole(n + 20, dim, 11);  // whole numbers: ties of rows that differ
    for (float& x : whole.values) x = std::round(x);
    check(whole, ann::Metric::euclidean);
}

/// Whole numbers from `low` on, `span` apart at most, that reach both limits often; many are equal.
std::vector<float> whole_numbers(std::size_t count, float low, std::uint32_t span, std::uint32_t seed) {
    std::mt19937 random(seed);
    std::vector<float> values(count);
    for (float& value : values) {
        const std::uint32_t draw = random() % 4;
        const std::uint32_t at = draw == 0 ? 0 : draw == 1 ? span : random() % (span + 1);
        value = low + static_cast<float>(at);
    }
    return values;
}

void agree_with_sorting(const ann::MatrixView& train, const ann::MatrixView& test, bool is_bytes,
                        std::initializer_list<std::size_t> ks) {
    constexpr ann::Metric metric = ann::Metric::euclidean;
    const ann::Naive index(train, metric, 2);
    CHECK(index.is_bytes() == is_bytes && index.count() == train.rows && index.dim() == train.dim);
    const auto searcher = index.searcher();
    std::vector<std::vector<std::int32_t>> wanted(test.rows);
    for (std::size_t q = 0; q < test.rows; ++q)
        wanted[q] = by_sorting(train, metric, test.row(q), train.rows);
    for (const std::size_t k : ks)
        for (const unsigned threads : {1u, 4u}) {
            std::vector<std::int32_t> ids(k * test.rows), found(k);
            std::vector<float> distances(k * test.rows);
            ann::Progress progress;
            ann::exact_neighbours(train, metric, test, k, threads, progress, ids.data(),
                                  distances.data());
            CHECK(progress.done == test.rows && progress.total == test.rows);
            for (std::size_t q = 0; q < test.rows; ++q) {
                CHECK(std::equal(ids.begin() + q * k, ids.begin() + (q + 1) * k, wanted[q].begin()));
                searcher->search(test.row(q), k, found.data());
                CHECK(std::equal(found.begin(), found.end(), wanted[q].begin()));
                for (std::size_t i = 0; i < k; ++i) {
                    const auto id = static_cast<std::size_t>(wanted[q][i]);
                    const auto true_one =
                        static_cast<double>(std::sqrt(squared(train.row(id), test.row(q), train.dim, metric)));
                    CHECK(std::fabs(distances[q * k + i] - true_one) <= 1e-6 * true_one);
                }
            }
        }
}

void whole_numbers_are_exact() {
    for (const std::size_t dim : {1u, 2u, 3u, 4u, 5u, 63u, 64u, 65u, 100u, 784u, 800u})
        for (const std::size_t n : {1u, 63u, 64u, 65u, 300u}) {
            const auto train = whole_numbers(n * dim, 0.0f, 255, 1), test = whole_numbers(9 * dim, 0.0f, 255, 2);
            agree_with_sorting({train.data(), n, dim}, {test.data(), 9, dim}, true,
                               {1, (n + 1) / 2, n});
        }
    // Ties everywhere: one number, two numbers.
    for (const std::uint32_t span : {0u, 1u}) {
        const auto train = whole_numbers(400 * 6, 3.0f, span, 3), test = whole_numbers(5 * 6, 3.0f, span, 4);
        agree_with_sorting({train.data(), 400, 6}, {test.data(), 5, 6}, true, {1, 10, 400});
    }
    // Wherever they begin; also where int32 is full.
    for (const float low : {-7.9e6f, -255.0f, -128.0f, -1.0f, 1000.0f, 7.9e6f}) {
        const auto train = whole_numbers(200 * 30, low, 255, 5), test = whole_numbers(7 * 30, low, 255, 6);
        agree_with_sorting({train.data(), 200, 30}, {test.data(), 7, 30}, true, {10});
    }
    constexpr std::size_t kMost = 32768;
    auto long_rows = whole_numbers(6 * (kMost + 1), 0.0f, 255, 7);
    std::fill_n(long_rows.begin(), kMost, 0.0f);
    std::fill_n(long_rows.begin() + kMost, kMost, 255.0f);
    agree_with_sorting({long_rows.data(), 5, kMost}, {long_rows.data(), 2, kMost}, true, {5});
    agree_with_sorting({long_rows.data(), 5, kMost + 1}, {long_rows.data(), 2, kMost + 1}, false, {5});
}

void other_queries_of_whole_numbers_are_exact() {
    constexpr std::size_t n = 500, dim = 40, m = 6;
    for (const float low : {-100.0f, 0.0f, 30.0f}) {
        const auto train = whole_numbers(n * dim, low, 255, 8);
        // Numbers whose squares double holds, so that the order of a sum decides nothing.
        for (const float moved : {0x1p-10f, 0.5f, -17.25f, 300.0f, -4e4f, 1e6f}) {
            auto test = whole_numbers(m * dim, low, 255, 9);
            for (std::size_t i = 0; i < test.size(); i += 3) test[i] += moved;
            agree_with_sorting({train.data(), n, dim}, {test.data(), m, dim}, true, {1, 10, n});
        }
    }
}

void what_is_not_whole_or_spans_more_is_no_bytes() {
    auto train = whole_numbers(130 * 8, 0.0f, 255, 10);
    const auto test = whole_numbers(4 * 8, 0.0f, 255, 11);
    for (const float other : {256.0f, -1.0f, 0.5f, 9.0e6f}) {
        train[129 * 8 + 7] = other;
        train[0] = 0.0f, train[1] = 255.0f;
        agree_with_sorting({train.data(), 130, 8}, {test.data(), 4, 8}, false, {1, 130});
    }
}

/// More rows than a window of the ground truth holds, of both metrics and with zeros among them.
void windows_leave_nothing_out() {
    constexpr std::size_t dim = 400;
    Cloud train(6000, dim, 12), test(7, dim, 13);
    for (std::size_t i = 0; i < 3; ++i)
        std::fill_n(train.values.begin() + static_cast<std::ptrdiff_t>(i * 2500 * dim), dim, 0.0f);
    std::fill_n(test.values.begin(), dim, 0.0f);
    for (const ann::Metric metric : {ann::Metric::euclidean, ann::Metric::angular}) {
        std::vector<std::int32_t> ids(20 * test.rows);
        std::vector<float> distances(20 * test.rows);
        ann::Progress progress;
        ann::exact_neighbours(train.view(), metric, test.view(), 20, 4, progress, ids.data(), distances.data());
        CHECK(progress.done == test.rows);
        for (std::size_t q = 0; q < test.rows; ++q) {
            const auto wanted = by_sorting(train.view(), metric, test.view().row(q), 20);
            CHECK(std::equal(wanted.begin(), wanted.end(), ids.begin() + q * 20));
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
    const auto ask = [&](const Cloud& queries, std::size_t k) {
        ann::Progress progress;
        ann::exact_neighbours(train.view(), ann::Metric::euclidean, queries.view(), k, 1, progress,
                              nullptr, nullptr);
    };
    CHECK_THROWS(std::invalid_argument, "k must", ask(train, 21));
    CHECK_THROWS(std::invalid_argument, "dimension", ask(test, 1));
}

}  // namespace

int main() {
    RUN(finds_what_sorting_finds);
    RUN(finds_what_sorting_finds_where_float32_cannot);
    RUN(whole_numbers_are_exact);
    RUN(other_queries_of_whole_numbers_are_exact);
    RUN(what_is_not_whole_or_spans_more_is_no_bytes);
    RUN(windows_leave_nothing_out);
    RUN(timed_search_answers_every_query_once);
    RUN(dummy_answers_by_the_same_clock);
    RUN(says_what_it_was_built_from);
    RUN(refuses);
    return REPORT();
}
