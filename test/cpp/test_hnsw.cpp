// The graph's invariants, built by one thread and by several.
#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <thread>

#include "check.hpp"
#include "exact.hpp"
#include "hnsw.hpp"
#include "truth.hpp"

namespace {

std::vector<std::uint32_t> links_of(const ann::Hnsw& index, std::uint32_t id, unsigned level) {
    const std::uint32_t* links = index.links(id, level);
    const std::uint32_t* end = std::find(links, links + index.capacity(level), ann::Hnsw::kNone);
    return {links, end};
}

/// Nodes that can be reached from the entry point on a level.
std::size_t reachable(const ann::Hnsw& index, unsigned level) {
    std::set<std::uint32_t> seen{index.entry()};
    std::vector<std::uint32_t> open{index.entry()};
    while (!open.empty()) {
        const std::uint32_t id = open.back();
        open.pop_back();
        for (std::uint32_t next : links_of(index, id, level))
            if (seen.insert(next).second) open.push_back(next);
    }
    return seen.size();
}

/// Every node reaches every other one on level 0: the entry point reaches all, and all reach it.
bool strongly_connected(const ann::Hnsw& index) {
    const std::size_t n = index.rows().count();
    if (reachable(index, 0) != n) return false;
    std::vector<std::vector<std::uint32_t>> into(n);
    for (std::uint32_t id = 0; id < n; ++id)
        for (std::uint32_t to : links_of(index, id, 0)) into[to].push_back(id);
    std::set<std::uint32_t> seen{index.entry()};
    std::vector<std::uint32_t> open{index.entry()};
    while (!open.empty()) {
        const std::uint32_t id = open.back();
        open.pop_back();
        for (std::uint32_t from : into[id])
            if (seen.insert(from).second) open.push_back(from);
    }
    return seen.size() == n;
}

void check_graph(const ann::Hnsw& index) {
    const std::size_t n = index.rows().count();
    unsigned top = 0;
    for (std::uint32_t id = 0; id < n; ++id) top = std::max(top, index.level(id));
    CHECK(index.level(index.entry()) == top);

    for (unsigned level = 0; level <= top; ++level) {
        std::size_t nodes = 0, pairs = 0, mutual = 0;
        for (std::uint32_t id = 0; id < n; ++id) {
            if (index.level(id) < level) continue;
            ++nodes;
            const auto links = links_of(index, id, level);
            CHECK(links.size() <= index.capacity(level));
            CHECK(!links.empty() || nodes == 1 || n == 1 || level > 0);
            CHECK(std::set<std::uint32_t>(links.begin(), links.end()).size() == links.size());
            const std::uint32_t* rest = index.links(id, level) + links.size();
            CHECK(std::all_of(rest, index.links(id, level) + index.capacity(level),
                              [](std::uint32_t x) { return x == ann::Hnsw::kNone; }));
            for (std::uint32_t other : links) {
                CHECK(other < n && other != id && index.level(other) >= level);
                const auto back = links_of(index, other, level);
                ++pairs;
                mutual += std::find(back.begin(), back.end(), id) != back.end();
            }
        }
        // Links are made in both directions; shrinking drops some of them on one side.
        CHECK(mutual * 2 >= pairs);
        if (level == 0) CHECK(reachable(index, 0) == nodes);  // all can be found
    }
}

double recall(const ann::Hnsw& index, const ann::MatrixView& train, const Cloud& test,
              std::size_t k, std::size_t ef) {
    std::vector<std::int32_t> true_ids(test.rows * k);
    std::vector<float> distances(test.rows * k);
    ann::Progress progress;
    ann::exact_neighbours(train, index.rows().metric(), test.view(), k, 2, progress,
                          true_ids.data(), distances.data());
    const auto searcher = index.searcher(ef);
    std::size_t hits = 0;
    for (std::size_t q = 0; q < test.rows; ++q) {
        std::vector<std::int32_t> found(k);
        searcher->search(test.view().row(q), k, found.data());
        for (std::size_t i = 0; i < k; ++i)
            hits += static_cast<std::size_t>(
                std::count(found.begin(), found.end(), true_ids[q * k + i]));
    }
    return static_cast<double>(hits) / static_cast<double>(test.rows * k);
}

void graph_is_sound() {
    for (ann::Metric metric : {ann::Metric::euclidean, ann::Metric::angular}) {
        for (std::size_t M : {2u, 5u, 16u}) {
            if (M == 2 && metric == ann::Metric::angular) continue;
            const Cloud all(3100, 24, 1);
            const ann::MatrixView train{all.values.data(), 3000, 24};
            ann::Progress progress;
            const ann::Hnsw index(train, metric, {M, 80, 1}, 1, progress);
            CHECK(progress.done == 3000 && progress.total == 3000);
            CHECK(index.unreachable() == 0 && strongly_connected(index));
            if (M > 2) check_graph(index);
        }
    }
}

void several_threads_build_a_sound_graph() {
    const Cloud all(4100, 16, 2);
    Cloud test(100, 16, 2);
    std::copy(all.values.end() - 100 * 16, all.values.end(), test.values.begin());
    const ann::MatrixView train{all.values.data(), 4000, 16};
    ann::Progress progress;
    const ann::Hnsw one(train, ann::Metric::euclidean, {12, 80, 1}, 1, progress);
    const ann::Hnsw four(train, ann::Metric::euclidean, {12, 80, 1}, 4, progress);
    check_graph(four);
    const double a = recall(one, train, test, 10, 60), b = recall(four, train, test, 10, 60);
    CHECK(a > 0.97);
    CHECK(std::fabs(a - b) < 0.02);
}

void same_seed_same_graph() {
    const Cloud train(1200, 10, 3);
    ann::Progress progress;
    const ann::Hnsw a(train.view(), ann::Metric::euclidean, {8, 40, 5}, 1, progress);
    const ann::Hnsw b(train.view(), ann::Metric::euclidean, {8, 40, 5}, 1, progress);
    for (std::uint32_t id = 0; id < 1200; ++id) {
        CHECK(a.level(id) == b.level(id));
        for (unsigned level = 0; level <= a.level(id); ++level)
            CHECK(links_of(a, id, level) == links_of(b, id, level));
    }
}

void levels_follow_their_distribution() {
    std::size_t count[3] = {};
    for (std::uint32_t id = 0; id < 160'000; ++id)
        ++count[std::min(2u, ann::hnsw_level(id, 42, 16))];
    // P(level >= l) = 16^-l; four standard deviations around it.
    CHECK(std::fabs(static_cast<double>(count[1] + count[2]) - 10'000) < 4 * std::sqrt(9'375.0));
    CHECK(std::fabs(static_cast<double>(count[2]) - 625) < 4 * std::sqrt(622.6));
}

void searchers_work_side_by_side() {
    const Cloud train(2000, 12, 4);
    ann::Progress progress;
    const ann::Hnsw index(train.view(), ann::Metric::euclidean, {8, 40, 1}, 2, progress);
    std::vector<std::int32_t> wanted(2000), found[3];
    const auto ask = [&](std::vector<std::int32_t>& out) {
        const auto searcher = index.searcher(20);
        for (std::size_t q = 0; q < 2000; ++q) searcher->search(train.view().row(q), 1, &out[q]);
    };
    ask(wanted);
    std::vector<std::thread> threads;
    for (auto& out : found) {
        out.resize(2000);
        threads.emplace_back(ask, std::ref(out));
    }
    for (auto& thread : threads) thread.join();
    for (const auto& out : found) CHECK(out == wanted);
}

void tiny_and_identical_sets() {
    ann::Progress progress;
    for (std::size_t n : {1u, 2u, 3u, 9u}) {
        const Cloud train(n, 3, 6);
        const ann::Hnsw index(train.view(), ann::Metric::euclidean, {2, 10, 1}, 2, progress);
        std::vector<std::int32_t> ids(n);
        index.searcher(1)->search(train.values.data(), n, ids.data());
        std::sort(ids.begin(), ids.end());
        for (std::size_t i = 0; i < n; ++i) CHECK(ids[i] == static_cast<std::int32_t>(i));
    }
    Cloud same(400, 3, 7);
    std::fill(same.values.begin(), same.values.end(), 1.0f);
    const ann::Hnsw index(same.view(), ann::Metric::angular, {4, 20, 1}, 2, progress);
    std::vector<std::int32_t> ids(10);
    index.searcher(30)->search(same.values.data(), 10, ids.data());
    CHECK(std::set<std::int32_t>(ids.begin(), ids.end()).size() == 10);
    CHECK(ids.back() >= 0);
}

/// The answers' distances are those of the k nearest: any of several copies is as right.
double share_found(const ann::Hnsw& index, const ann::MatrixView& train, const Cloud& test,
                   std::size_t k, std::size_t ef) {
    const ann::Metric metric = index.rows().metric();
    std::vector<std::int32_t> ids(test.rows * k);
    std::vector<float> distances(test.rows * k);
    ann::Progress progress;
    ann::exact_neighbours(train, metric, test.view(), k, 2, progress, ids.data(), distances.data());
    ann::AlignedArray<float> prepared(64);
    const ann::Rows rows(train, metric, 1);
    const auto searcher = index.searcher(ef);
    std::size_t hits = 0;
    std::vector<std::int32_t> found(k);
    for (std::size_t q = 0; q < test.rows; ++q) {
        searcher->search(test.view().row(q), k, found.data());
        CHECK(std::set<std::int32_t>(found.begin(), found.end()).size() == k);
        ann::ExactQuery exact(rows, train);
        CHECK(rows.prepare(test.view().row(q), prepared.data()));
        exact.set(test.view().row(q), prepared.data());
        for (std::int32_t id : found) {
            CHECK(id >= 0);
            hits += static_cast<float>(rows.to_metric(exact.squared(static_cast<std::uint32_t>(id)))) <=
                    distances[q * k + k - 1];
        }
    }
    return static_cast<double>(hits) / static_cast<double>(test.rows * k);
}

/// Copies disconnected the graph: a row that occurs more than 2M times filled its own links.
void rows_that_occur_often_are_found() {
    struct Case {
        std::size_t rows, sources, times;
        bool zeros;
    };
    // ×33, ×100, five rows ×60 among 3,300, one seventh zeros, all equal
    for (const Case& one : {Case{2970, 90, 33, false}, Case{3000, 30, 100, false},
                            Case{3300, 5, 60, false}, Case{2800, 1, 400, true},
                            Case{500, 1, 500, false}}) {
        for (ann::Metric metric : {ann::Metric::euclidean, ann::Metric::angular}) {
            for (std::size_t M : {2u, 16u}) {
                for (unsigned threads : {1u, 4u}) {
                    Cloud train(one.rows, 16, 21);
                    for (std::size_t s = 0; s < one.sources; ++s)
                        for (std::size_t t = 0; t < one.times; ++t)  // spread over all ids
                            for (std::size_t j = 0; j < 16; ++j)
                                train.values[((s + t * one.sources) * 7919 % one.rows) * 16 + j] =
                                    one.zeros ? 0.0f : train.values[(s * 7919 % one.rows) * 16 + j];
                    const Cloud test(40, 16, 22);
                    ann::Progress progress;
                    const ann::Hnsw index(train.view(), metric, {M, 100, 1}, threads, progress);
                    CHECK(index.count() == one.rows && index.unreachable() == 0);
                    CHECK(index.rows().count() == one.rows - one.sources * (one.times - 1));
                    CHECK(strongly_connected(index));
                    CHECK(share_found(index, train.view(), test, 10, M == 2 ? 3000 : 1000) == 1.0);
                }
            }
        }
    }
}

/// Nearly equal rows are no copies, and crowd each other's links all the same.
void crowds_are_found() {
    for (unsigned threads : {1u, 4u}) {
        Cloud train(3000, 16, 31);
        std::mt19937 random(1);
        std::normal_distribution<float> normal;
        for (std::size_t i = 0; i < 1500; ++i)
            for (std::size_t j = 0; j < 16; ++j)
                train.values[i * 2 * 16 + j] = train.values[(i % 5) * 2 * 16 + j] + 1e-6f * normal(random);
        const Cloud test(40, 16, 32);
        ann::Progress progress;
        for (std::size_t M : {2u, 16u}) {
            const ann::Hnsw index(train.view(), ann::Metric::euclidean, {M, 100, 1}, threads, progress);
            CHECK(index.rows().count() == 3000 && index.unreachable() == 0);
            CHECK(strongly_connected(index));
            CHECK(share_found(index, train.view(), test, 10, 3000) > 0.99);
        }
    }
}

/// Rows of nearly one direction differ in their last digits only: what all share is taken off.
void uncentred_directions_are_told_apart() {
    Cloud all(3100, 24, 33);
    for (float& x : all.values) x += 1e3f;
    const ann::MatrixView train{all.values.data(), 3000, 24};
    Cloud test(100, 24, 33);
    std::copy(all.values.end() - 100 * 24, all.values.end(), test.values.begin());
    ann::Progress progress;
    const ann::Hnsw index(train, ann::Metric::angular, {16, 100, 1}, 2, progress);
    CHECK(recall(index, train, test, 10, 1000) > 0.999);
}

void stops_and_refuses() {
    const Cloud train(5000, 32, 8);
    ann::Progress progress;
    std::thread stopper([&] {
        while (progress.done.load() < 100) std::this_thread::yield();
        progress.stop = true;
    });
    CHECK_THROWS(ann::Stopped, "stopped",
                 ann::Hnsw(train.view(), ann::Metric::euclidean, {16, 400, 1}, 2, progress));
    stopper.join();
    CHECK(progress.done < 5000);
    ann::Progress fresh;
    CHECK_THROWS(std::invalid_argument, "M must",
                 ann::Hnsw(train.view(), ann::Metric::euclidean, {1, 40, 1}, 1, fresh));
    CHECK_THROWS(std::invalid_argument, "efConstruction",
                 ann::Hnsw(train.view(), ann::Metric::euclidean, {8, 0, 1}, 1, fresh));
}

}  // namespace

int main() {
    RUN(graph_is_sound);
    RUN(several_threads_build_a_sound_graph);
    RUN(same_seed_same_graph);
    RUN(levels_follow_their_distribution);
    RUN(searchers_work_side_by_side);
    RUN(tiny_and_identical_sets);
    RUN(rows_that_occur_often_are_found);
    RUN(crowds_are_found);
    RUN(uncentred_directions_are_told_apart);
    RUN(stops_and_refuses);
    return REPORT();
}
