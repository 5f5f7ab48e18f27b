// An index that walks a graph on short codes and looks at whole rows only at the end.
//
// Three arrays: links (R ids a row), codes (64 to 192 bytes a row), rows. A search
//   1. projects the query (projection.hpp) and takes the best of a few hundred sampled rows to start;
//   2. walks the graph (walk.hpp): at each step it estimates the distances to the neighbours that it
//      has not met, from their codes (codes.hpp), and goes on at the nearest estimate;
//   3. looks at the nearest candidates' rows, nearest estimate first, until another is hardly nearer.
// What a query costs is what it has to fetch: some hundreds of codes, a few dozen rows. docs/index.md
// explains all of it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "../matrix.hpp"
#include "../memory.hpp"
#include "../progress.hpp"
#include "../searcher.hpp"
#include "codes.hpp"
#include "exact_rows.hpp"
#include "graph.hpp"
#include "starts.hpp"

namespace ann {

struct QuantizedGraphParams {
    std::size_t degree = 32;
    std::size_t ef_construction = 128;
    CodeShape shape{0, 0};    // {0, 0}: chosen when it is built (calibrate.hpp)
    std::uint64_t seed = 42;
};

class QuantizedGraph {
public:
    /// Effort 1000: what is expanded is as near as the k-th best estimate; 1100: 10 % farther (squared).
    static constexpr std::size_t kEffortUnit = 1000;

    /// Builds over `train` (n x dim); the index does not depend on `threads`, nor on the processor.
    /// progress counts rows. Throws Stopped; std::invalid_argument for a degree outside 4…256,
    /// ef_construction outside 1…10000, and as Rows does.
    QuantizedGraph(const MatrixView& train, Metric metric, const QuantizedGraphParams& params,
                   unsigned threads, Progress& progress);

    /// Reads what save() wrote, all of it once for the checksum. `map`: the arrays stay in the file.
    /// Throws std::runtime_error that says what is wrong with the file.
    static QuantizedGraph load(const std::string& path, bool map);
    void save(const std::string& path) const;

    /// One thread's searcher. It expands what is estimated to be within `effort` thousandths of the k-th
    /// best (squared distances).
    [[nodiscard]] std::unique_ptr<Searcher> searcher(std::size_t effort) const;

    [[nodiscard]] std::size_t count() const { return count_; }
    [[nodiscard]] std::size_t dim() const { return rows_.dim(); }
    /// Vertices: rows that differ.
    [[nodiscard]] std::size_t vertices() const { return rows_.count(); }
    [[nodiscard]] const ExactRows& rows() const { return rows_; }
    [[nodiscard]] const Graph& graph() const { return graph_; }
    [[nodiscard]] CodeShape shape() const { return coder_.shape(); }
    [[nodiscard]] std::size_t entry() const { return entry_; }

    /// All memory the finished index holds, in bytes, padding included.
    [[nodiscard]] std::size_t bytes() const;

private:
    friend class QuantizedGraphSearcher;
    QuantizedGraph() = default;

    template <class Archive>
    void archive(Archive& each) {
        each(count_, rows_, coder_, codes_, graph_.degree, graph_.ids, entry_, starts_, margin_,
             floor_);
    }
    void check(const std::string& path) const;
    void code_all(CodeShape shape, unsigned threads, AlignedArray<std::int8_t>& values,
                  AlignedArray<float>& scales, AlignedArray<float>& offsets);

    std::size_t count_ = 0;
    ExactRows rows_;
    Coder coder_;
    AlignedArray<std::uint8_t> codes_;
    Graph graph_;
    std::uint32_t entry_ = 0;
    Starts starts_;
    float margin_ = 0.1f;                      // how far an estimate may be too high (calibrate.hpp)
    float floor_ = 0.0f;                       // estimates below this tell nothing (calibrate.hpp)
    std::shared_ptr<const void> file_;         // what mapped arrays lie in
};

}  // namespace ann
