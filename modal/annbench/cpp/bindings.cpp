// The Python module annbench._core: checks what comes in, releases the GIL, hands out numpy arrays.
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "build_facts.hpp"
#include "dummy.hpp"
#include "hnsw.hpp"
#include "kernels/bytes.hpp"
#include "kernels/kernels.hpp"
#include "limit.hpp"
#include "naive.hpp"
#include "qg/quantized_graph.hpp"
#include "timed.hpp"
#include "truth.hpp"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using Array = nb::ndarray<nb::ro>;

/// A C-contiguous float32 matrix, exactly; nothing is converted or copied behind the caller's back.
ann::MatrixView view(const Array& array, const char* what) {
    const std::string name(what);
    if (array.ndim() != 2)
        throw nb::value_error((name + " must have 2 dimensions, not " +
                               std::to_string(array.ndim())).c_str());
    if (array.device_type() != nb::device::cpu::value)
        throw nb::type_error((name + " must be in main memory").c_str());
    if (array.dtype() != nb::dtype<float>())
        throw nb::type_error((name + " must be float32").c_str());
    const auto columns = static_cast<int64_t>(array.shape(1));
    const bool row_major = columns <= 1 || array.stride(1) == 1;
    const bool dense = array.shape(0) <= 1 || array.stride(0) == columns;
    if (array.size() > 0 && !(row_major && dense))
        throw nb::value_error((name + " must be C-contiguous: use numpy.ascontiguousarray").c_str());
    return {static_cast<const float*>(array.data()), array.shape(0), array.shape(1)};
}

/// `rows`: whatever knows its count() and dim().
template <class Rows>
void check_queries(const ann::MatrixView& queries, const Rows& rows, std::size_t k,
                   unsigned threads) {
    if (queries.dim != rows.dim())
        throw std::invalid_argument("queries: dimension " + std::to_string(queries.dim) +
                                    ", but the index has " + std::to_string(rows.dim()));
    if (k < 1 || k > rows.count())
        throw std::invalid_argument("k=" + std::to_string(k) + " must be between 1 and the " +
                                    std::to_string(rows.count()) + " rows of the index");
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    ann::require_finite(queries, "queries");
}

/// A new numpy array that owns its memory.
template <class T>
struct Owned {
    explicit Owned(std::size_t count) : values(new T[count]) {}
    std::unique_ptr<T[]> values;

    nb::object array(std::initializer_list<std::size_t> shape) {
        T* data = values.release();
        nb::capsule owner(data, [](void* p) noexcept { delete[] static_cast<T*>(p); });
        return nb::cast(nb::ndarray<nb::numpy, T>(data, shape, owner));
    }
};

/// (ids, latencies, wall seconds, distances) of one pass over all queries.
template <class Rows, class MakeSearcher>
nb::tuple timed(const Rows& rows, const Array& queries, std::size_t k, unsigned threads,
                ann::Progress* progress, MakeSearcher&& make_searcher) {
    const ann::MatrixView matrix = view(queries, "queries");
    check_queries(matrix, rows, k, threads);
    ann::Progress unwatched;
    Owned<std::int32_t> ids(matrix.rows * k);
    Owned<double> latencies(matrix.rows);
    ann::Timing timing;
    {
        const nb::gil_scoped_release released;
        timing = ann::timed_search(make_searcher, matrix, k, threads,
                                   progress ? *progress : unwatched, ids.values.get(),
                                   latencies.values.get());
    }
    return nb::make_tuple(ids.array({matrix.rows, k}), latencies.array({matrix.rows}),
                          timing.wall_seconds, timing.distances);
}

constexpr const char* kSearchDoc =
    "One pass over all queries, spread over `threads` threads. Returns (ids int32 [m, k], latency in\n"
    "seconds float64 [m], wall seconds, distances computed). ids are -1 where fewer were found.";

}  // namespace

NB_MODULE(_core, m) {
    m.doc() = "The C++ core of annbench: exact search, HNSW, timed search.";
    m.attr("__version__") = ANNBENCH_VERSION;

    nb::exception<ann::Stopped>(m, "Stopped");

    m.def("isa", [] { return std::string(ann::kernels().isa); },
          "The instruction set of the kernels in use.");
    m.def("available_isas", [] {
        std::vector<std::string> names;
        for (const ann::Kernels* k : ann::available_kernels()) names.emplace_back(k->isa);
        return names;
    }, "What this processor can run, the best last.");
    m.def("compiler", &ann::compiler, "The compiler this module was built with.");
    m.def("compiler_flags", &ann::compiler_flags, "The flags it was called with.");
    m.def("source_sha256", &ann::source_sha256, "Over the sources of the core.");

    nb::class_<ann::Progress>(m, "Progress",
                              "Watches a long call of another thread, and can end it early.")
        .def(nb::init<>())
        .def_prop_ro("done", [](const ann::Progress& p) { return p.done.load(); })
        .def_prop_ro("total", [](const ann::Progress& p) { return p.total.load(); })
        .def("stop", [](ann::Progress& p) { p.stop.store(true); },
             "The call ends soon with Stopped.");

    nb::class_<ann::Naive>(m, "Naive", "Exact search: looks at every row.")
        .def("__init__", [](ann::Naive* self, const Array& train, const std::string& metric,
                            unsigned threads) {
            const ann::MatrixView matrix = view(train, "train");
            const ann::Metric kind = ann::metric_from_name(metric);
            const nb::gil_scoped_release released;
            new (self) ann::Naive(matrix, kind, threads);
        }, "train"_a.noconvert(), "metric"_a, "threads"_a = 1,
             nb::keep_alive<1, 2>())  // angular: it looks at `train`, which must not change
        .def_prop_ro("index_bytes", &ann::Naive::bytes)
        .def_prop_ro("is_bytes", &ann::Naive::is_bytes, "Whether the rows are whole numbers, kept as bytes.")
        .def("search", [](const ann::Naive& self, const Array& queries, std::size_t k,
                          unsigned threads, ann::Progress* progress) {
            return timed(self, queries, k, threads, progress, [&] { return self.searcher(); });
        }, "queries"_a.noconvert(), "k"_a, "threads"_a = 1, "progress"_a = nb::none(), kSearchDoc);

    nb::class_<ann::Dummy>(m, "Dummy", "Answers at once, and wrongly: the ceiling of the harness.")
        .def("__init__", [](ann::Dummy* self, const Array& train) {
            const ann::MatrixView matrix = view(train, "train");
            new (self) ann::Dummy(matrix.rows, matrix.dim);
        }, "train"_a.noconvert())
        .def_prop_ro("index_bytes", &ann::Dummy::bytes)
        .def("search", [](const ann::Dummy& self, const Array& queries, std::size_t k,
                          unsigned threads, ann::Progress* progress) {
            return timed(self, queries, k, threads, progress, [&] { return self.searcher(k); });
        }, "queries"_a.noconvert(), "k"_a, "threads"_a = 1, "progress"_a = nb::none(), kSearchDoc);

    nb::class_<ann::Hnsw>(m, "Hnsw", "Hierarchical navigable small world graph.")
        .def("__init__", [](ann::Hnsw* self, const Array& train, const std::string& metric,
                            std::size_t M, std::size_t ef_construction, std::uint64_t seed,
                            unsigned threads, ann::Progress* progress) {
            const ann::MatrixView matrix = view(train, "train");
            const ann::Metric kind = ann::metric_from_name(metric);
            ann::Progress unwatched;
            const nb::gil_scoped_release released;
            new (self) ann::Hnsw(matrix, kind, {M, ef_construction, seed}, threads,
                                 progress ? *progress : unwatched);
        }, "train"_a.noconvert(), "metric"_a, "M"_a = 16, "ef_construction"_a = 200,
             "seed"_a = 42, "threads"_a = 1, "progress"_a = nb::none())
        .def_prop_ro("index_bytes", &ann::Hnsw::bytes)
        .def_prop_ro("entry", &ann::Hnsw::entry)
        .def_prop_ro("nodes", [](const ann::Hnsw& self) { return self.rows().count(); },
                     "Rows that differ; equal ones share a node.")
        .def_prop_ro("unreachable", &ann::Hnsw::unreachable, "Nodes that no search can find.")
        .def("level", [](const ann::Hnsw& self, std::uint32_t id) {
            if (id >= self.rows().count()) throw nb::index_error("no such node");
            return self.level(id);
        }, "id"_a)
        .def("links", [](const ann::Hnsw& self, std::uint32_t id, unsigned level) {
            if (id >= self.rows().count() || level > self.level(id))
                throw nb::index_error("no such node or level");
            const std::uint32_t* links = self.links(id, level);
            std::vector<std::uint32_t> out;
            for (std::size_t i = 0; i < self.capacity(level) && links[i] != ann::Hnsw::kNone; ++i)
                out.push_back(links[i]);
            return out;
        }, "id"_a, "level"_a = 0, "The links of a node on a level.")
        .def("search", [](const ann::Hnsw& self, const Array& queries, std::size_t k,
                          std::size_t ef, unsigned threads, ann::Progress* progress) {
            if (ef < 1) throw std::invalid_argument("efSearch must be at least 1");
            return timed(self, queries, k, threads, progress, [&] { return self.searcher(ef); });
        }, "queries"_a.noconvert(), "k"_a, "ef"_a, "threads"_a = 1, "progress"_a = nb::none(),
             kSearchDoc);

    nb::class_<ann::QuantizedGraph>(m, "QuantizedGraph",
                                    "A graph walked on short codes; whole rows are looked at last.")
        .def("__init__", [](ann::QuantizedGraph* self, const Array& train, const std::string& metric,
                            std::size_t R, std::size_t ef_construction, std::uint64_t seed,
                            unsigned threads, ann::Progress* progress) {
            const ann::MatrixView matrix = view(train, "train");
            const ann::Metric kind = ann::metric_from_name(metric);
            ann::Progress unwatched;
            const nb::gil_scoped_release released;
            new (self) ann::QuantizedGraph(matrix, kind, {R, ef_construction, {}, seed}, threads,
                                           progress ? *progress : unwatched);
        }, "train"_a.noconvert(), "metric"_a, "R"_a = 32, "ef_construction"_a = 128,
             "seed"_a = 42, "threads"_a = 1, "progress"_a = nb::none())
        .def_static("load", [](const std::string& path, bool map) {
            const nb::gil_scoped_release released;
            return ann::QuantizedGraph::load(path, map);
        }, "path"_a, "map"_a = true, "An index that save() wrote; `map`: its arrays stay in the file.")
        .def("save", [](const ann::QuantizedGraph& self, const std::string& path) {
            const nb::gil_scoped_release released;
            self.save(path);
        }, "path"_a)
        .def_prop_ro("index_bytes", &ann::QuantizedGraph::bytes)
        .def_prop_ro("code_bytes", [](const ann::QuantizedGraph& self) {
            return self.shape().bytes();
        }, "Bytes of the code of a row.")
        .def_prop_ro("row_bytes", [](const ann::QuantizedGraph& self) {
            return self.rows().row_bytes();
        }, "Bytes of a row as it is kept.")
        .def_prop_ro("vertices", &ann::QuantizedGraph::vertices,
                     "Rows that differ; equal ones share a vertex.")
        .def("query_bytes", [](const ann::QuantizedGraph& self, const Array& queries, std::size_t k,
                               std::size_t effort) {
            const ann::MatrixView matrix = view(queries, "queries");
            check_queries(matrix, self, k, 1);
            if (matrix.rows == 0) throw std::invalid_argument("queries: there are none");
            const nb::gil_scoped_release released;
            const auto searcher = self.searcher(effort);
            std::vector<std::int32_t> ids(k);
            for (std::size_t q = 0; q < matrix.rows; ++q) searcher->search(matrix.row(q), k, ids.data());
            return static_cast<double>(searcher->bytes_read()) / static_cast<double>(matrix.rows);
        }, "queries"_a.noconvert(), "k"_a, "effort"_a,
             "Bytes of the index that a query reads: the mean over these.")
        .def("search", [](const ann::QuantizedGraph& self, const Array& queries, std::size_t k,
                          std::size_t effort, unsigned threads, ann::Progress* progress) {
            return timed(self, queries, k, threads, progress, [&] { return self.searcher(effort); });
        }, "queries"_a.noconvert(), "k"_a, "effort"_a, "threads"_a = 1, "progress"_a = nb::none(),
             kSearchDoc);

    m.def("exact_neighbours", [](const Array& train, const Array& queries,
                                 const std::string& metric, std::size_t k, unsigned threads,
                                 ann::Progress* progress) {
        const ann::MatrixView rows_view = view(train, "train");
        const ann::MatrixView matrix = view(queries, "queries");
        const ann::Metric kind = ann::metric_from_name(metric);
        ann::Progress unwatched;
        Owned<std::int32_t> ids(matrix.rows * k);
        Owned<float> distances(matrix.rows * k);
        {
            const nb::gil_scoped_release released;
            ann::exact_neighbours(rows_view, kind, matrix, k, threads,
                                  progress ? *progress : unwatched, ids.values.get(),
                                  distances.values.get());
        }
        return nb::make_tuple(ids.array({matrix.rows, k}), distances.array({matrix.rows, k}));
    }, "train"_a.noconvert(), "queries"_a.noconvert(), "metric"_a, "k"_a, "threads"_a = 1,
       "progress"_a = nb::none(),
       "The k nearest rows of each query, exactly: (ids int32 [m, k], distances float32 [m, k]).");

    m.def("byte_isa", [] { return std::string(ann::byte_kernels().isa); },
          "The instruction set of the byte kernels in use.");
    m.def("byte_peak", [] {
        const nb::gil_scoped_release released;
        return ann::byte_peak();
    }, "Products of bytes a second of one core, out of registers and the first-level cache.");
    m.def("stream_bandwidth", [](std::size_t bytes) {
        const nb::gil_scoped_release released;
        return ann::stream_bandwidth(bytes);
    }, "bytes"_a, "Bytes a second that one core reads one after the other.");
    m.def("random_bandwidth", [](std::size_t bytes, std::size_t item) {
        const nb::gil_scoped_release released;
        return ann::random_bandwidth(bytes, item);
    }, "bytes"_a, "item"_a, "Bytes a second that one core reads as items at random places.");
}
