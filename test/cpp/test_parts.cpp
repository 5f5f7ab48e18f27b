// The small parts: memory, pool, visited tags, parallel loop, rows.
#include <atomic>
#include <cmath>
#include <limits>
#include <set>
#include <stdexcept>

#include "check.hpp"
#include "copies.hpp"
#include "exact.hpp"
#include "parallel.hpp"
#include "pool.hpp"
#include "rows.hpp"
#include "visited.hpp"

namespace {

void memory_is_aligned_zeroed_and_counted() {
    for (std::size_t n : {1u, 15u, 16u, 17u, 1'000'000u}) {
        ann::AlignedArray<float> a(n);
        CHECK(reinterpret_cast<std::uintptr_t>(a.data()) % ann::kCacheLine == 0);
        CHECK(a.bytes() >= n * sizeof(float) && a.bytes() % ann::kCacheLine == 0);
        CHECK(a[0] == 0.0f && a[n - 1] == 0.0f);
    }
    CHECK(ann::AlignedArray<float>(0).bytes() == 0);
    CHECK_THROWS(std::bad_alloc, "", ann::AlignedArray<double>(static_cast<std::size_t>(-1) / 8));
}

void pool_keeps_the_nearest_in_order() {
    std::mt19937 random(1);
    for (std::size_t capacity : {1u, 2u, 7u, 64u}) {
        ann::Pool pool;
        pool.reset(capacity);
        std::multiset<float> all;
        for (std::uint32_t id = 0; id < 300; ++id) {
            const auto d = static_cast<float>(random() % 100);
            all.insert(d);
            pool.insert(d, id);
            if (id % 3 == 0) pool.expand_next();
            auto wanted = all.begin();
            for (std::size_t i = 0; i < pool.size(); ++i, ++wanted)
                CHECK(pool.at(i).distance == *wanted);
            CHECK(pool.size() == std::min(capacity, all.size()));
        }
    }
}

void pool_expands_each_once_nearest_first() {
    ann::Pool pool;
    pool.reset(4);
    CHECK(pool.expand_next() == ann::Pool::kNone);
    CHECK(pool.bound() == std::numeric_limits<float>::infinity());
    pool.insert(2.0f, 2);
    pool.insert(1.0f, 1);
    CHECK(pool.peek_next() == 1 && pool.expand_next() == 1);
    pool.insert(0.5f, 0);
    pool.insert(3.0f, 3);
    CHECK(pool.bound() == 3.0f);
    pool.insert(3.0f, 9);  // ties with the last: not taken
    CHECK(pool.expand_next() == 0 && pool.expand_next() == 2 && pool.expand_next() == 3);
    CHECK(pool.expand_next() == ann::Pool::kNone);
    CHECK(pool.at(0).id == 0 && pool.at(3).id == 3);
}

void visited_survives_its_epochs() {
    ann::Visited visited(3);
    for (int round = 0; round < 140'000; ++round) {
        visited.clear();
        const auto id = static_cast<std::uint32_t>(round % 3);
        CHECK(visited.insert(id));
        CHECK(!visited.insert(id));
        CHECK(visited.insert((id + 1) % 3));
    }
}

void parallel_covers_all_once() {
    for (unsigned threads : {1u, 2u, 5u}) {
        std::vector<std::atomic<int>> seen(1003);
        ann::parallel_blocks(seen.size(), 10, threads, [&](unsigned t, std::size_t b, std::size_t e) {
            CHECK(t < threads);
            for (; b < e; ++b) ++seen[b];
        });
        for (const auto& times : seen) CHECK(times == 1);
    }
    CHECK_THROWS(std::runtime_error, "broken",
                 ann::parallel_blocks(100, 1, 3, [](unsigned, std::size_t b, std::size_t) {
                     if (b == 50) throw std::runtime_error("broken");
                 }));
}

void rows_keep_distances() {
    const Cloud cloud(200, 37, 3);
    for (ann::Metric metric : {ann::Metric::euclidean, ann::Metric::angular}) {
        const ann::Rows rows(cloud.view(), metric, 2);
        CHECK(rows.dim() == 37 && rows.stride() == 48);
        CHECK(rows.bytes() >= 200 * 48 * sizeof(float));
        ann::AlignedArray<float> query(rows.stride());
        CHECK(rows.prepare(cloud.view().row(5), query.data()));
        ann::ExactQuery exact(rows, cloud.view());
        exact.set(cloud.view().row(5), query.data());
        for (std::uint32_t id = 0; id < 200; ++id) {
            double sum = 0, dot = 0, aa = 0, bb = 0;
            for (std::size_t j = 0; j < 37; ++j) {
                const double a = cloud.view().row(5)[j], b = cloud.view().row(id)[j];
                sum += (a - b) * (a - b), dot += a * b, aa += a * a, bb += b * b;
            }
            const double wanted = metric == ann::Metric::euclidean
                                      ? std::sqrt(sum) : 1.0 - dot / std::sqrt(aa * bb);
            CHECK(std::fabs(rows.to_metric(exact.squared(id)) - wanted) < 1e-12);
            const double found = ann::kernels().pair(query.data(), rows.row(id), rows.stride(),
                                                     std::numeric_limits<float>::infinity());
            CHECK(std::fabs(rows.to_metric(found) - wanted) < 1e-5);
        }
    }
}

void zero_rows_get_a_dimension_of_their_own() {
    Cloud cloud(50, 16, 4);
    for (std::size_t j = 0; j < 16; ++j) cloud.values[7 * 16 + j] = 0.0f;
    const ann::Rows rows(cloud.view(), ann::Metric::angular, 1);
    CHECK(rows.stride() == 32);
    ann::AlignedArray<float> query(rows.stride());
    CHECK(rows.prepare(cloud.view().row(3), query.data()));
    const double found = ann::kernels().pair(query.data(), rows.row(7), rows.stride(),
                                             std::numeric_limits<float>::infinity());
    CHECK(std::fabs(rows.to_metric(found) - 1.0) < 1e-6);
    ann::ExactQuery exact(rows, cloud.view());
    exact.set(cloud.view().row(3), query.data());
    CHECK(rows.to_metric(exact.squared(7)) == 1.0);
    CHECK(!rows.prepare(cloud.view().row(7), query.data()));
}

void copies_are_found_and_kept_once() {
    Cloud cloud(60, 3, 6);
    for (std::size_t i : {4u, 9u, 30u})
        for (std::size_t j = 0; j < 3; ++j)  // a power of two keeps every digit
            cloud.values[i * 3 + j] = cloud.values[2 * 3 + j] * static_cast<float>(i == 9 ? 4 : 1);
    for (std::size_t i : {7u, 8u})
        for (std::size_t j = 0; j < 3; ++j) cloud.values[i * 3 + j] = i == 8 ? -0.0f : 0.0f;
    for (ann::Metric metric : {ann::Metric::euclidean, ann::Metric::angular}) {
        ann::Rows rows(cloud.view(), metric, 2);
        const ann::Copies copies(rows, 2);
        const bool angular = metric == ann::Metric::angular;
        CHECK(!copies.none() && rows.count() == (angular ? 56 : 57));
        const auto of_two = copies.of(2);
        const std::vector<std::uint32_t> wanted =
            angular ? std::vector<std::uint32_t>{2, 4, 9, 30} : std::vector<std::uint32_t>{2, 4, 30};
        CHECK(std::equal(of_two.begin(), of_two.end(), wanted.begin(), wanted.end()));
        CHECK(copies.of(3).size() == 1 && copies.of(4).front() == 5);
        std::size_t all = 0;
        for (std::uint32_t node = 0; node < rows.count(); ++node) all += copies.of(node).size();
        CHECK(all == 60 && copies.bytes() >= 60 * sizeof(std::uint32_t));
    }
    const Cloud different(60, 3, 6);
    ann::Rows rows(different.view(), ann::Metric::euclidean, 1);
    CHECK(ann::Copies(rows, 1).none() && rows.count() == 60);
}

void bad_input_is_named() {
    Cloud cloud(10, 4, 5);
    using ann::Metric;
    using ann::Rows;
    CHECK_THROWS(std::invalid_argument, "no rows", Rows({nullptr, 0, 4}, Metric::euclidean, 1));
    CHECK_THROWS(std::invalid_argument, "dimension",
                 Rows({cloud.values.data(), 10, 0}, Metric::euclidean, 1));
    for (float bad : {std::numeric_limits<float>::quiet_NaN(),
                      -std::numeric_limits<float>::infinity(), 3e38f}) {
        cloud.values[6 * 4 + 1] = bad;
        CHECK_THROWS(std::invalid_argument, "row 6", Rows(cloud.view(), Metric::euclidean, 1));
    }
    CHECK_THROWS(std::invalid_argument, "metric", ann::metric_from_name("cosine"));
}

}  // namespace

int main() {
    RUN(memory_is_aligned_zeroed_and_counted);
    RUN(pool_keeps_the_nearest_in_order);
    RUN(pool_expands_each_once_nearest_first);
    RUN(visited_survives_its_epochs);
    RUN(parallel_covers_all_once);
    RUN(rows_keep_distances);
    RUN(zero_rows_get_a_dimension_of_their_own);
    RUN(copies_are_found_and_kept_once);
    RUN(bad_input_is_named);
    return REPORT();
}
