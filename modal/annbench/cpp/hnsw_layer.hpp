// Walking over one layer of the graph: shared by building and searching.
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "kernels/kernels.hpp"
#include "memory.hpp"
#include "pool.hpp"
#include "rows.hpp"
#include "visited.hpp"

namespace ann {

/// All that a walk needs beside the graph; one per thread, reused.
struct WalkScratch {
    WalkScratch(std::size_t nodes, std::size_t most_links)
        : visited(nodes), ids(most_links), distances(most_links) {}

    Visited visited;
    Pool pool;
    std::vector<std::uint32_t> ids;
    std::vector<float> distances;
    std::uint64_t counted = 0;  // distances begun
};

/// Greedy descent (Algorithm 2 with ef = 1): from `start` to the node none of whose links on this
/// layer is nearer to the query. `links_of(id, out)` writes a node's links and returns how many.
template <class LinksOf>
Neighbour walk_greedily(const Rows& rows, const float* query, Neighbour start, LinksOf&& links_of,
                        WalkScratch& scratch) {
    const Kernels& kernel = kernels();
    for (bool moved = true; moved;) {
        moved = false;
        const std::size_t n = links_of(start.id, scratch.ids.data());
        kernel.gather(query, rows.data(), rows.stride(), scratch.ids.data(), n, start.distance,
                      scratch.distances.data());
        scratch.counted += n;
        for (std::size_t i = 0; i < n; ++i) {
            if (scratch.distances[i] < start.distance) {
                start = {scratch.distances[i], scratch.ids[i]};
                moved = true;
            }
        }
    }
    return start;
}

/// Algorithm 2: the `ef` nearest nodes found on a layer from `start`, left sorted in scratch.pool.
/// `ask_for_links(id)` is called as soon as the node to be expanded next can be foreseen.
template <class LinksOf, class AskForLinks>
void walk_layer(const Rows& rows, const float* query, Neighbour start, std::size_t ef,
                LinksOf&& links_of, AskForLinks&& ask_for_links, WalkScratch& scratch) {
    const Kernels& kernel = kernels();
    Pool& pool = scratch.pool;
    scratch.visited.clear();
    scratch.visited.insert(start.id);
    pool.reset(ef);
    pool.insert(start.distance, start.id);

    for (std::uint32_t id = pool.expand_next(); id != Pool::kNone; id = pool.expand_next()) {
        std::uint32_t* ids = scratch.ids.data();
        const std::size_t linked = links_of(id, ids);
        std::size_t n = 0;
        for (std::size_t i = 0; i < linked; ++i)
            if (scratch.visited.insert(ids[i])) ids[n++] = ids[i];
        // Most often the next one is already in the pool: its links travel while we compute.
        if (const std::uint32_t next = pool.peek_next(); next != Pool::kNone) ask_for_links(next);

        kernel.gather(query, rows.data(), rows.stride(), ids, n, pool.bound(),
                      scratch.distances.data());
        scratch.counted += n;
        for (std::size_t i = 0; i < n; ++i) pool.insert(scratch.distances[i], ids[i]);
    }
}

}  // namespace ann
