// A graph of fixed degree over coded rows, and how it is built.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../memory.hpp"
#include "../progress.hpp"
#include "codes.hpp"

namespace ann {

/// Every vertex has the same number of places for links. Those not used come last and lead to the
/// vertex itself, where a walk has been: so no loop over links needs to look for their end.
struct Graph {
    Graph() = default;
    Graph(std::size_t vertices, std::size_t degree) : degree(degree), ids(vertices * degree) {
        for (std::size_t i = 0; i < ids.size(); ++i)
            ids[i] = static_cast<std::uint32_t>(i / degree);
    }
    [[nodiscard]] std::uint32_t* links(std::uint32_t id) { return ids.data() + id * degree; }
    [[nodiscard]] const std::uint32_t* links(std::uint32_t id) const {
        return ids.data() + id * degree;
    }
    void ask(std::uint32_t id) const { prefetch(links(id), degree * sizeof(std::uint32_t)); }

    std::size_t degree = 0;
    AlignedArray<std::uint32_t> ids;
};

/// Codes of all vertices, and each vertex as a query.
struct CodedRows {
    std::size_t count;
    CodeShape shape;
    const std::uint8_t* codes;
    const std::int8_t* values;  // shape.query_bytes() a query
    const float* scales;
    const float* offsets;

    [[nodiscard]] CodedQuery query(std::size_t i) const {
        return {values + i * shape.query_bytes(), scales[i], offsets[i]};
    }
    /// Estimates of the distances from vertex `from` to others.
    void estimate(std::uint32_t from, const std::uint32_t* to, std::size_t n, float* out) const {
        const CodedQuery one = query(from);
        byte_kernels().estimate(codes, shape, to, n, one.values, one.scale, one.offset, out);
    }
};

struct GraphParams {
    std::size_t degree = 32;
    std::size_t ef_construction = 128;  // candidates among which a vertex's neighbours are chosen
    std::uint64_t seed = 42;            // of the order in which vertices are inserted
};

/// Builds the graph:
///  1. Vertices are inserted in a random order. A walk from `entry` finds candidates; of these, from
///     the nearest on, one is linked unless a neighbour chosen before is nearer to it than the new
///     vertex is (J. W. Jaromczyk, G. T. Toussaint: Relative neighborhood graphs and their relatives,
///     Proc. IEEE 80(9), 1992; as in HNSW, NSG, Vamana). The links back are chosen among likewise.
///  2. Places that are left are filled with the nearest of the neighbours' neighbours: they cost a walk
///     nothing to hop over, and show it more at each step.
///  3. What is cut off is connected (hnsw_connect.hpp).
/// Vertices go in by batches, at most a fiftieth of all; those of one batch look at the graph as the
/// batch before left it, and links back are merged in the order of ids. So the graph is the same
/// whatever the number of threads (Y. Shen et al.: ParlayANN, PPoPP 2024, for batches that double).
/// progress counts vertices. Throws Stopped.
Graph build_graph(const CodedRows& rows, const GraphParams& params, std::uint32_t entry,
                  unsigned threads, Progress& progress);

}  // namespace ann
