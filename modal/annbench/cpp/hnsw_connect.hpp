// Making sure that every node of a graph can be found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "pool.hpp"

namespace ann {

/// Not in the paper. Shrinking link lists (Algorithm 4) can cut off nodes, mostly whole small
/// clusters, and no efSearch would ever find them. Afterwards every node of the layer can be
/// reached from the entry point, and the entry point from every node: so all from wherever a
/// descent through the upper layers ends.
/// The quantized graph (qg/graph.hpp) is one such layer.
class Connector {
public:
    static constexpr std::uint32_t kNone = 0xFFFF'FFFFu;

    /// Nodes near a given one that the entry point reaches, nearest first.
    using Nearest = std::function<const std::vector<Neighbour>&(std::uint32_t)>;

    /// `links`: `capacity` ids a node, the unused ones kNone at the end; a node's begin `stride`
    /// ids after those of the one before.
    Connector(std::uint32_t* links, std::size_t stride, std::size_t capacity, std::size_t nodes,
              std::uint32_t entry)
        : links_(links), stride_(stride), capacity_(capacity), nodes_(nodes), entry_(entry) {}

    /// Returns how many nodes remain cut off one way or the other, counted anew: 0.
    std::size_t run(const Nearest& nearest);

private:
    std::uint32_t* links(std::uint32_t id) { return links_ + id * stride_; }
    std::size_t size(std::uint32_t id);
    bool leads_home(std::uint32_t id);
    bool reached(std::uint32_t id) const { return parent_[id] != kNone; }

    std::size_t survey();
    void reach(std::uint32_t from, std::uint32_t parent);
    std::size_t place(std::uint32_t id);
    std::uint32_t attach(std::uint32_t id, const Nearest& nearest);
    void bring_home(std::uint32_t id);

    std::uint32_t* links_;
    std::size_t stride_, capacity_, nodes_;
    std::uint32_t entry_;
    // A tree of links from the entry point to all that it reaches: these are never given up.
    std::vector<std::uint32_t> parent_;
    std::vector<std::uint32_t> order_;    // as they were reached: parents before children
    std::vector<std::uint32_t> pending_;  // reached, but without a way back to the entry point
    std::vector<bool> home_;              // has such a way, over nodes that have one
};

}  // namespace ann
