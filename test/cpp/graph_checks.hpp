// What holds of every graph of the quantized index.
#pragma once

#include <algorithm>
#include <set>
#include <vector>

#include "check.hpp"
#include "qg/quantized_graph.hpp"

/// Every vertex is reached from the entry, and reaches it.
inline bool strongly_connected(const ann::QuantizedGraph& index) {
    const std::size_t n = index.vertices(), degree = index.graph().degree;
    std::vector<std::vector<std::uint32_t>> out(n), into(n);
    for (std::uint32_t id = 0; id < n; ++id)
        for (std::size_t i = 0; i < degree; ++i) {
            out[id].push_back(index.graph().links(id)[i]);
            into[index.graph().links(id)[i]].push_back(id);
        }
    for (const auto& way : {out, into}) {
        std::vector<bool> seen(n);
        std::vector<std::uint32_t> open{static_cast<std::uint32_t>(index.entry())};
        seen[open[0]] = true;
        std::size_t count = 1;
        while (!open.empty()) {
            const std::uint32_t id = open.back();
            open.pop_back();
            for (std::uint32_t next : way[id])
                if (!seen[next]) {
                    seen[next] = true;
                    ++count;
                    open.push_back(next);
                }
        }
        if (count != n) return false;
    }
    return true;
}

/// A link that is none leads to its own vertex, behind all others; the others differ.
inline void check_links(const ann::QuantizedGraph& index) {
    const std::size_t degree = index.graph().degree;
    for (std::uint32_t id = 0; id < index.vertices(); ++id) {
        const std::uint32_t* links = index.graph().links(id);
        const std::uint32_t* end = std::find(links, links + degree, id);
        CHECK(std::all_of(end, links + degree, [id](std::uint32_t to) { return to == id; }));
        const std::set<std::uint32_t> all(links, end);
        CHECK(all.size() == static_cast<std::size_t>(end - links));
        CHECK(all.empty() || *all.rbegin() < index.vertices());
    }
}
