#include "hnsw_connect.hpp"

#include <algorithm>

namespace ann {

std::size_t Connector::size(std::uint32_t id) {
    return static_cast<std::size_t>(std::find(links(id), links(id) + capacity_, kNone) - links(id));
}

bool Connector::leads_home(std::uint32_t id) {
    return std::any_of(links(id), links(id) + size(id), [this](std::uint32_t to) { return home_[to]; });
}

/// Marks `from`, linked to by `parent`, and all that it leads to.
void Connector::reach(std::uint32_t from, std::uint32_t parent) {
    std::vector<std::uint32_t> open{from};
    parent_[from] = parent;
    order_.push_back(from);
    while (!open.empty()) {
        const std::uint32_t id = open.back();
        open.pop_back();
        for (std::size_t i = 0; i < capacity_ && links(id)[i] != kNone; ++i) {
            const std::uint32_t to = links(id)[i];
            if (reached(to)) continue;
            parent_[to] = id;
            order_.push_back(to);
            open.push_back(to);
        }
    }
}

/// Looks at the graph as it is; how many nodes are cut off.
std::size_t Connector::survey() {
    parent_.assign(nodes_, kNone);
    order_.clear();
    reach(entry_, entry_);
    home_.assign(nodes_, false);
    home_[entry_] = true;
    pending_.assign(order_.begin() + 1, order_.end());
    // Most nodes are linked back to by their parent or to something reached before: one round.
    for (std::size_t before = 0; before != pending_.size();) {
        before = pending_.size();
        std::erase_if(pending_, [this](std::uint32_t id) {
            if (!leads_home(id)) return false;
            home_[id] = true;
            return true;
        });
    }
    return nodes_ - order_.size() + pending_.size();
}

/// Where a link of `id` can be written without cutting the tree: a free place, else that of its
/// last link outside the tree; capacity_ where there is none.
std::size_t Connector::place(std::uint32_t id) {
    const std::size_t used = size(id);
    if (used < capacity_) return used;
    for (std::size_t i = capacity_; i-- > 0;)
        if (parent_[links(id)[i]] != id) return i;
    return capacity_;
}

/// Links to `id` from a reached node, a near one if it can be; which one.
std::uint32_t Connector::attach(std::uint32_t id, const Nearest& nearest) {
    const auto linked = [&](std::uint32_t from) {
        const std::size_t at = place(from);
        if (at == capacity_) return false;
        links(from)[at] = id;
        return true;
    };
    for (const Neighbour& near : nearest(id))
        if (near.id != id && reached(near.id) && linked(near.id)) return near.id;
    // A leaf of the tree always has a place.
    return *std::find_if(order_.rbegin(), order_.rend(), linked);
}

/// Gives a node a way back: over its parent, which has one, from itself or from below in the tree.
/// What is on the way down had none, so nobody's way back is lost with a link of theirs.
void Connector::bring_home(std::uint32_t id) {
    std::uint32_t last = id;
    while (!leads_home(last) && place(last) == capacity_) last = links(last)[0];
    if (!leads_home(last)) links(last)[place(last)] = parent_[id];
    for (std::uint32_t up = last;; up = parent_[up]) {
        home_[up] = true;
        if (up == id) break;
    }
}

std::size_t Connector::run(const Nearest& nearest) {
    if (survey() == 0) return 0;
    for (std::uint32_t id = 0; id < nodes_; ++id)
        if (!reached(id)) reach(id, attach(id, nearest));
    // Those reached just now have their parents' tree, but no look for a way back yet.
    survey();
    for (const std::uint32_t id : pending_)
        if (!home_[id]) bring_home(id);
    return survey();
}

}  // namespace ann
