// The quantized graph: sound, the same however it is built, and right about data that are hard on codes.
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <new>
#include <random>
#include <set>
#include <stdexcept>
#include <thread>

#include "archive.hpp"
#include "check.hpp"
#include "graph_checks.hpp"
#include "qg/candidates.hpp"
#include "qg/quantized_graph.hpp"
#include "qg/sample.hpp"
#include "qg/starts.hpp"
#include "truth.hpp"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define COUNTS_ALLOCATIONS 0
#else
#define COUNTS_ALLOCATIONS 1
#endif

namespace {
std::atomic<std::size_t> allocations{0};
}

#if COUNTS_ALLOCATIONS
void* operator new(std::size_t bytes) {
    ++allocations;
    void* data = std::malloc(bytes);
    if (data == nullptr) throw std::bad_alloc();
    return data;
}
void operator delete(void* data) noexcept { std::free(data); }
void operator delete(void* data, std::size_t) noexcept { std::free(data); }
extern "C" void* aligned_alloc(std::size_t alignment, std::size_t bytes) {
    ++allocations;
    void* data = nullptr;
    return posix_memalign(&data, alignment, bytes) == 0 ? data : nullptr;
}
#endif

namespace {

using ann::MatrixView;
using ann::Metric;
using ann::QuantizedGraph;
using Params = ann::QuantizedGraphParams;

QuantizedGraph built(const MatrixView& train, Metric metric, unsigned threads = 2, Params params = {}) {
    ann::Progress progress;
    return QuantizedGraph(train, metric, params, threads, progress);
}

/// The share of answers that are no farther than the k-th of an exact search.
double recall(const QuantizedGraph& index, const MatrixView& train, Metric metric, const Cloud& test,
              std::size_t k, std::size_t effort) {
    std::vector<std::int32_t> ids(test.rows * k);
    std::vector<float> distances(test.rows * k);
    ann::Progress progress;
    ann::exact_neighbours(train, metric, test.view(), k, 2, progress, ids.data(), distances.data());
    const auto apart = [&](std::size_t q, std::int32_t id) {
        const float* a = test.view().row(q);
        const float* b = train.row(static_cast<std::size_t>(id));
        double square = 0, aa = 0, bb = 0, ab = 0;
        for (std::size_t j = 0; j < test.dim; ++j) {
            square += (static_cast<double>(a[j]) - b[j]) * (static_cast<double>(a[j]) - b[j]);
            aa += static_cast<double>(a[j]) * a[j];
            bb += static_cast<double>(b[j]) * b[j];
            ab += static_cast<double>(a[j]) * b[j];
        }
        if (metric == Metric::euclidean) return std::sqrt(square);
        return aa == 0 || bb == 0 ? 1.0 : 1.0 - ab / std::sqrt(aa * bb);
    };
    const auto searcher = index.searcher(effort);
    std::vector<std::int32_t> found(k);
    std::size_t hits = 0;
    for (std::size_t q = 0; q < test.rows; ++q) {
        searcher->search(test.view().row(q), k, found.data());
        CHECK(std::set<std::int32_t>(found.begin(), found.end()).size() == k);
        for (std::int32_t id : found) {
            CHECK(id >= 0 && id < static_cast<std::int32_t>(train.rows));
            if (id >= 0) hits += apart(q, id) <= distances[q * k + k - 1] * (1 + 1e-6) + 1e-7;
        }
    }
    return static_cast<double>(hits) / static_cast<double>(test.rows * k);
}

/// The last rows of a cloud as queries, the others as the data.
struct Split {
    Split(std::size_t rows, std::size_t queries, std::size_t dim, std::uint32_t seed)
        : all(rows + queries, dim, seed), test(queries, dim, seed) {
        std::copy(all.values.end() - static_cast<std::ptrdiff_t>(queries * dim), all.values.end(),
                  test.values.begin());
        train = {all.values.data(), rows, dim};
    }
    void each(float (*change)(float)) {
        for (float& x : all.values) x = change(x);
        for (float& x : test.values) x = change(x);
    }
    Cloud all, test;
    MatrixView train;
};

void finds_what_is_near() {
    for (std::size_t dim : {1u, 3u, 16u, 100u, 130u, 200u, 420u}) {
        for (Metric metric : {Metric::euclidean, Metric::angular}) {
            if (dim == 1 && metric == Metric::angular) continue;  // two directions
            const Split data(3000, 60, dim, 1);
            const QuantizedGraph index = built(data.train, metric);
            check_links(index);
            CHECK(strongly_connected(index));
            // In few dimensions rows lie so densely that codes hardly tell them apart.
            CHECK(recall(index, data.train, metric, data.test, 10, dim < 16 ? 5000 : 1200) > 0.97);
            CHECK(recall(index, data.train, metric, data.test, 10, 10000) > (dim < 16 ? 0.98 : 0.999));
        }
    }
}

float to_byte(float x) { return std::clamp(std::nearbyint(x * 20.0f + 128.0f), 0.0f, 255.0f); }
float to_signed_byte(float x) { return std::clamp(std::nearbyint(x * 20.0f), -128.0f, 127.0f); }

void whole_numbers_are_kept_as_bytes() {
    for (auto* change : {to_byte, to_signed_byte}) {
        Split data(3000, 60, 70, 2);
        data.each(change);
        const QuantizedGraph index = built(data.train, Metric::euclidean);
        CHECK(index.rows().is_bytes() && index.rows().row_bytes() == 128);
        CHECK(recall(index, data.train, Metric::euclidean, data.test, 10, 1500) > 0.99);
        // Queries need not be whole, nor lie where the rows do.
        for (float& x : data.test.values) x = x * 1.01f + 0.3f;
        CHECK(recall(index, data.train, Metric::euclidean, data.test, 10, 1500) > 0.98);
        for (float& x : data.test.values) x = x * 8.0f - 700.0f;
        CHECK(recall(index, data.train, Metric::euclidean, data.test, 10, 4000) > 0.9);
    }
    Split data(500, 20, 10, 3);
    data.each(to_byte);
    data.all.values[77] = 0.5f;
    CHECK(!built(data.train, Metric::euclidean).rows().is_bytes());
    data.all.values[77] = 300.0f;
    CHECK(!built(data.train, Metric::euclidean).rows().is_bytes());
}

/// What queries look like is not what the index was built on.
void queries_from_elsewhere_are_answered() {
    Split data(3000, 60, 60, 4);
    std::mt19937 random(5);
    std::uniform_real_distribution<float> spread(-9.0f, 9.0f);
    for (float& x : data.test.values) x = spread(random);
    const QuantizedGraph index = built(data.train, Metric::euclidean);
    CHECK(recall(index, data.train, Metric::euclidean, data.test, 10, 1100) > 0.8);
    CHECK(recall(index, data.train, Metric::euclidean, data.test, 10, 1500) > 0.97);
}

void scale_and_offset_do_not_matter() {
    for (float scale : {1e-18f, 1e-3f, 1e12f}) {
        Split data(2000, 40, 24, 6);
        for (float& x : data.all.values) x *= scale;
        for (float& x : data.test.values) x *= scale;
        const QuantizedGraph index = built(data.train, Metric::euclidean);
        CHECK(strongly_connected(index));
        CHECK(recall(index, data.train, Metric::angular, data.test, 10, 1500) > 0.0);
        const auto found = index.searcher(1500);
        std::vector<std::int32_t> ids(1);
        for (std::size_t q = 0; q < 50; ++q) {
            found->search(data.train.row(q), 1, ids.data());
            CHECK(ids[0] == static_cast<std::int32_t>(q));
        }
    }
    Split far(2000, 40, 24, 7);
    far.each([](float x) { return x + 1000.0f; });
    for (Metric metric : {Metric::euclidean, Metric::angular})
        CHECK(recall(built(far.train, metric), far.train, metric, far.test, 10, 1500) > 0.98);
}

std::string file_of(const QuantizedGraph& index, const std::string& path) {
    index.save(path);
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string temporary(const char* name) {
    const char* folder = std::getenv("TMPDIR");
    return std::string(folder ? folder : "/tmp") + "/qg-" + std::to_string(getpid()) + "-" + name;
}

void threads_do_not_matter() {
    const Split data(2500, 10, 40, 8);
    const std::string path = temporary("threads");
    const std::string one = file_of(built(data.train, Metric::euclidean, 1), path);
    CHECK(one == file_of(built(data.train, Metric::euclidean, 4), path));
    Params other;
    other.seed = 43;
    CHECK(one != file_of(built(data.train, Metric::euclidean, 4, other), path));
    std::remove(path.c_str());
}

void files_keep_all_of_it() {
    const std::string path = temporary("file");
    for (int kind = 0; kind < 3; ++kind) {
        Split data(1500, 30, 33, 9);
        if (kind == 1) data.each(to_byte);
        for (std::size_t j = 0; j < 33; ++j) data.all.values[70 * 33 + j] = data.all.values[7 * 33 + j];
        const Metric metric = kind == 2 ? Metric::angular : Metric::euclidean;
        const QuantizedGraph index = built(data.train, metric);
        const std::string bytes = file_of(index, path);
        for (bool map : {false, true}) {
            const QuantizedGraph read = QuantizedGraph::load(path, map);
            CHECK(read.count() == 1500 && read.vertices() == 1499 && read.dim() == 33);
            const auto a = index.searcher(1200), b = read.searcher(1200);
            std::vector<std::int32_t> x(10), y(10);
            for (std::size_t q = 0; q < data.test.rows; ++q) {
                a->search(data.test.view().row(q), 10, x.data());
                b->search(data.test.view().row(q), 10, y.data());
                CHECK(x == y);
            }
        }
        const auto rewritten = [&](const std::string& text) {
            std::ofstream(path, std::ios::binary).write(text.data(), static_cast<std::streamsize>(text.size()));
        };
        for (std::size_t at = 0; at < bytes.size(); at += 1 + bytes.size() / 97) {
            if (at >= 20 && at < 24) continue;  // not used
            std::string damaged = bytes;
            damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
            if (at >= 40 && at < 4096) continue;  // what is left of the first page
            rewritten(damaged);
            CHECK_THROWS(std::runtime_error, path.c_str(), QuantizedGraph::load(path, true));
        }
        for (std::size_t length : {std::size_t{0}, std::size_t{100}, bytes.size() / 2, bytes.size() - 1}) {
            rewritten(bytes.substr(0, length));
            CHECK_THROWS(std::runtime_error, path.c_str(), QuantizedGraph::load(path, false));
        }
    }
    std::remove(path.c_str());
    CHECK_THROWS(std::runtime_error, "No such file", QuantizedGraph::load(path, false));
    CHECK_THROWS(std::runtime_error, "No such file",
                 built(Cloud(20, 3, 1).view(), Metric::euclidean).save("/nowhere/at/all"));
}

/// A checksum can be made to fit. Words of ones are counts without end, ids of no row, and NaN.
void made_up_files_are_refused_or_answer() {
    constexpr std::size_t kPage = 4096;
    const std::string path = temporary("made-up");
    for (const bool whole : {false, true}) {
        Split data(60, 5, 8, 10);
        if (whole) data.each(to_byte);
        const std::string bytes = file_of(built(data.train, Metric::euclidean), path);
        std::size_t refused = 0, answered = 0;
        for (std::size_t at = kPage; at + 8 <= bytes.size(); at += 8) {
            if (at % kPage == 200) at = (at / kPage + 1) * kPage;  // the front of each array
            std::string made_up = bytes;
            if (at + 8 > bytes.size()) break;
            std::memset(made_up.data() + at, 0xFF, 8);
            ann::Checksum sum;
            sum.add(made_up.data() + kPage, made_up.size() - kPage);
            const std::uint64_t checksum = sum.value();
            std::memcpy(made_up.data() + 32, &checksum, sizeof checksum);
            std::ofstream(path, std::ios::binary)
                .write(made_up.data(), static_cast<std::streamsize>(made_up.size()));
            try {
                const QuantizedGraph index = QuantizedGraph::load(path, at % 16 == 0);
                std::vector<std::int32_t> ids(60);
                index.searcher(1000)->search(data.test.values.data(), 60, ids.data());
                for (const std::int32_t id : ids) CHECK(id >= -1 && id < 60);
                ++answered;
            } catch (const std::runtime_error& e) {
                CHECK(std::string(e.what()).find("damaged") != std::string::npos);
                ++refused;
            }
        }
        CHECK(refused > 10 && answered > 10);
    }
    std::remove(path.c_str());
}

void tiny_and_identical_sets() {
    for (std::size_t n : {1u, 2u, 3u, 9u, 40u}) {
        for (Metric metric : {Metric::euclidean, Metric::angular}) {
            const Cloud train(n, 3, 6);
            const QuantizedGraph index = built(train.view(), metric);
            std::vector<std::int32_t> ids(n);
            index.searcher(1000)->search(train.values.data(), n, ids.data());
            CHECK(ids[0] == 0);
            std::sort(ids.begin(), ids.end());
            for (std::size_t i = 0; i < n; ++i) CHECK(ids[i] == static_cast<std::int32_t>(i));
        }
    }
    for (float value : {0.0f, 1.0f, -3.5f}) {
        for (Metric metric : {Metric::euclidean, Metric::angular}) {
            Cloud same(400, 3, 7);
            std::fill(same.values.begin(), same.values.end(), value);
            const QuantizedGraph index = built(same.view(), metric);
            CHECK(index.vertices() == 1 && index.count() == 400);
            std::vector<std::int32_t> ids(10);
            index.searcher(0)->search(same.values.data(), 10, ids.data());
            CHECK(std::set<std::int32_t>(ids.begin(), ids.end()).size() == 10 && ids.back() >= 0);
        }
    }
}

void rows_that_occur_often_are_found() {
    struct Case {
        std::size_t rows, sources, times;
        bool zeros;
    };
    // ×33, ×100, five rows ×60 among 3,300, one seventh zeros, all equal
    for (const Case& one : {Case{2970, 90, 33, false}, Case{3000, 30, 100, false},
                            Case{3300, 5, 60, false}, Case{2800, 1, 400, true},
                            Case{500, 1, 500, false}}) {
        for (Metric metric : {Metric::euclidean, Metric::angular}) {
            for (bool whole : {false, true}) {
                Cloud train(one.rows, 16, 21), test(40, 16, 22);
                if (whole)
                    for (Cloud* cloud : {&train, &test})
                        for (float& x : cloud->values) x = to_signed_byte(x);
                for (std::size_t s = 0; s < one.sources; ++s)
                    for (std::size_t t = 0; t < one.times; ++t)  // spread over all ids
                        for (std::size_t j = 0; j < 16; ++j)
                            train.values[((s + t * one.sources) * 7919 % one.rows) * 16 + j] =
                                one.zeros ? 0.0f : train.values[(s * 7919 % one.rows) * 16 + j];
                const QuantizedGraph index = built(train.view(), metric);
                CHECK(index.count() == one.rows);
                CHECK(index.vertices() <= one.rows - one.sources * (one.times - 1));
                CHECK(strongly_connected(index));
                CHECK(recall(index, train.view(), metric, test, 10, 3000) > 0.99);
            }
        }
    }
}

/// Nearly equal rows are no copies; their codes are equal all the same.
void crowds_are_found() {
    Cloud train(3000, 16, 31);
    std::mt19937 random(1);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < 1500; ++i)
        for (std::size_t j = 0; j < 16; ++j)
            train.values[i * 2 * 16 + j] = train.values[(i % 5) * 2 * 16 + j] + 1e-6f * normal(random);
    const Cloud test(40, 16, 32);
    const QuantizedGraph index = built(train.view(), Metric::euclidean);
    CHECK(index.vertices() == 3000);
    CHECK(strongly_connected(index));
    CHECK(recall(index, train.view(), Metric::euclidean, test, 10, 3000) > 0.99);
}

void zero_queries_have_no_direction() {
    const Cloud train(300, 5, 41);
    const QuantizedGraph index = built(train.view(), Metric::angular);
    const std::vector<float> zero(5);
    std::vector<std::int32_t> ids(7);
    index.searcher(1000)->search(zero.data(), 7, ids.data());
    for (std::int32_t i = 0; i < 7; ++i) CHECK(ids[static_cast<std::size_t>(i)] == i);
}

void searchers_work_side_by_side() {
    const Cloud train(2000, 12, 4);
    const QuantizedGraph index = built(train.view(), Metric::euclidean);
    std::vector<std::int32_t> wanted(2000), found[3];
    const auto ask = [&](std::vector<std::int32_t>& out) {
        const auto searcher = index.searcher(1100);
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

void a_query_allocates_nothing() {
#if COUNTS_ALLOCATIONS
    for (int kind = 0; kind < 2; ++kind) {
        Split data(3000, 60, 50, 11);
        if (kind == 1) data.each(to_byte);
        const QuantizedGraph index = built(data.train, Metric::euclidean);
        const auto searcher = index.searcher(1300);
        std::vector<std::int32_t> ids(10);
        searcher->search(data.test.view().row(0), 10, ids.data());
        const std::size_t before = allocations;
        CHECK(before > 0);
        for (std::size_t q = 0; q < data.test.rows; ++q)
            searcher->search(data.test.view().row(q), 10, ids.data());
        CHECK(allocations == before);
    }
#endif
}

void stops_and_refuses() {
    const Cloud train(6000, 32, 8);
    ann::Progress progress;
    std::thread stopper([&] {
        while (progress.done.load() < 100) std::this_thread::yield();
        progress.stop = true;
    });
    CHECK_THROWS(ann::Stopped, "stopped",
                 QuantizedGraph(train.view(), Metric::euclidean, {32, 1000, {}, 1}, 2, progress));
    stopper.join();
    ann::Progress fresh;
    const auto refused = [&](std::size_t degree, std::size_t ef, const char* words) {
        CHECK_THROWS(std::invalid_argument, words,
                     QuantizedGraph(train.view(), Metric::euclidean, {degree, ef, {}, 1}, 1, fresh));
    };
    refused(2, 100, "R must");
    refused(260, 100, "R must");
    refused(32, 0, "efConstruction");
    Cloud bad(20, 4, 1);
    bad.values[13] = std::nanf("");
    CHECK_THROWS(std::invalid_argument, "row 3", built(bad.view(), Metric::euclidean));
    CHECK_THROWS(std::invalid_argument, "no rows", built({bad.values.data(), 0, 4}, Metric::euclidean));
}

/// Also where less than the k-th best is to be expanded.
void the_best_are_in_order() {
    constexpr std::size_t k = 10, steps = 40, step = 16;
    constexpr float any = std::numeric_limits<float>::infinity();
    for (const float slack : {0.0f, 0.85f, 0.95f, 1.0f, 1.3f}) {
        std::mt19937 random(3);
        ann::Candidates candidates;
        candidates.reset(k, steps * step, step);
        ann::Met all[steps * step];
        std::size_t met = 0;
        for (std::size_t s = 0; s < steps; ++s) {
            std::uint32_t ids[step];
            float estimates[step];
            for (std::size_t i = 0; i < step; ++i) {
                ids[i] = static_cast<std::uint32_t>(s * step + i);
                estimates[i] = static_cast<float>(random() % 500) - 20.0f;  // equal ones, negative ones
                const ann::Met one = all[met++] = ann::met(estimates[i], ids[i]);
                CHECK(ann::estimate_of(one) == estimates[i] && ann::id_of(one) == ids[i]);
            }
            const float kth = candidates.kth();
            candidates.add(ids, estimates, step, any, kth == any ? any : slack * kth);
            if (!candidates.ends() && random() % 2 == 0) (void)candidates.expand();
            std::sort(all, all + met);
            CHECK(candidates.size() == met);
            for (std::size_t i = 0; i < k; ++i) CHECK((candidates.near()[i] & ~ann::kExpanded) == all[i]);
        }
    }
}

/// Rows in code, and each as a query.
struct Coded {
    explicit Coded(const MatrixView& train)
        : rows(train, Metric::euclidean, 2), sampled(rows, 4096),
          coder(sampled.sample, {0, 1}, rows.centred(), 2), codes(train.rows * coder.shape().bytes()),
          values(train.rows * coder.shape().query_bytes()), scales(train.rows), offsets(train.rows) {
        ann::ExactQueryRow row = rows.scratch();
        ann::CodeScratch scratch(coder.projection());
        for (std::uint32_t i = 0; i < train.rows; ++i) {
            const ann::ByteRow bytes = rows.byte_row(i, row);
            coder.encode(bytes, scratch, codes.data() + i * coder.shape().bytes());
            const auto query = coder.query(bytes, scratch, values.data() + i * coder.shape().query_bytes());
            scales[i] = query.scale;
            offsets[i] = query.offset;
        }
    }
    ann::CodedRows all() const {
        return {scales.size(), coder.shape(), codes.data(), values.data(), scales.data(), offsets.data()};
    }
    ann::ExactRows rows;
    ann::SampledRows sampled;
    ann::Coder coder;
    ann::AlignedArray<std::uint8_t> codes;
    ann::AlignedArray<std::int8_t> values;
    ann::AlignedArray<float> scales, offsets;
};

/// Of 20,000 rows 312 are starts, of which a query is compared with a sixth at most, in the mean; what it
/// begins at is a row of those, told with its estimate, and nearer than all but three in a hundred, in the mean.
void walks_begin_near() {
    const Cloud cloud(20000, 24, 5);
    const Coded coded(cloud.view());
    const ann::CodedRows all = coded.all();
    const ann::Starts starts(all, 77);
    CHECK(starts.is_sound(all.count, all.shape));
    CHECK(!starts.is_sound(1000, all.shape));
    CHECK(!starts.is_sound(all.count, {1, 1}));
    std::vector<float> estimates(starts.most()), others(all.count);
    std::vector<std::uint32_t> ids(all.count);
    for (std::uint32_t i = 0; i < ids.size(); ++i) ids[i] = i;
    std::set<std::uint32_t> begun;
    double nearer = 0, looked_at = 0;
    constexpr std::size_t kQueries = 200;
    for (std::size_t q = 0; q < kQueries; ++q) {
        const std::uint32_t id = static_cast<std::uint32_t>(q * 97 + 1);
        const auto start = starts.near(all.query(id), all.shape, estimates.data());
        all.estimate(id, ids.data(), ids.size(), others.data());
        CHECK(start.id < all.count);
        CHECK(start.estimate == others[start.id]);
        nearer += static_cast<double>(std::count_if(others.begin(), others.end(), [&](float x) { return x < start.estimate; }));
        looked_at += static_cast<double>(start.looked_at);
        begun.insert(start.id);
    }
    CHECK(nearer / kQueries < 0.03 * 20000);
    CHECK(looked_at / kQueries < 312.0 / 6);
    CHECK(begun.size() > 60);

    const Cloud few(100, 24, 6);
    const Coded coded_few(few.view());
    const ann::Starts one(coded_few.all(), 77);
    CHECK(one.near(coded_few.all().query(3), all.shape, estimates.data()).id == 77);
}

}  // namespace

int main() {
    RUN(finds_what_is_near);
    RUN(whole_numbers_are_kept_as_bytes);
    RUN(queries_from_elsewhere_are_answered);
    RUN(the_best_are_in_order);
    RUN(walks_begin_near);
    RUN(scale_and_offset_do_not_matter);
    RUN(threads_do_not_matter);
    RUN(files_keep_all_of_it);
    RUN(made_up_files_are_refused_or_answer);
    RUN(tiny_and_identical_sets);
    RUN(rows_that_occur_often_are_found);
    RUN(crowds_are_found);
    RUN(zero_queries_have_no_direction);
    RUN(searchers_work_side_by_side);
    RUN(a_query_allocates_nothing);
    RUN(stops_and_refuses);
    return REPORT();
}
