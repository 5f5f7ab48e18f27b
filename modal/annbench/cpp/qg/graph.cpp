#include "graph.hpp"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "../hnsw_connect.hpp"
#include "../parallel.hpp"
#include "../pool.hpp"
#include "../random.hpp"
#include "walk.hpp"

namespace ann {
namespace {

bool nearer(const Neighbour& a, const Neighbour& b) {
    return a.distance != b.distance ? a.distance < b.distance : a.id < b.id;
}

/// A link that another vertex asks for.
struct Asked {
    std::uint32_t of;
    Neighbour link;
};

class Builder {
public:
    Builder(const CodedRows& rows, const GraphParams& params, std::uint32_t entry, unsigned threads,
            Progress& progress)
        : rows_(rows), params_(params), entry_(entry), threads_(std::max(1u, threads)),
          progress_(progress), graph_(rows.count, params.degree),
          distances_(rows.count * params.degree), workers_(threads_) {}

    Graph run() {
        progress_.begin(rows_.count);
        insert_all();
        distances_ = AlignedArray<float>();
        fill();
        connect();
        return std::move(graph_);
    }

private:
    /// What one thread needs.
    struct Worker {
        explicit Worker(const CodedRows& rows, std::size_t degree)
            : walk(rows.count, degree), ids(degree * degree + degree),
              estimates(degree * degree + degree) {}
        Walk walk;
        std::vector<Neighbour> found, kept;
        AlignedArray<std::uint32_t> ids;
        AlignedArray<float> estimates;
    };

    Worker& worker(unsigned thread) {
        if (!workers_[thread]) workers_[thread] = std::make_unique<Worker>(rows_, params_.degree);
        return *workers_[thread];
    }

    void insert_all() {
        const std::size_t n = rows_.count;
        std::vector<std::uint32_t> order(n);
        std::iota(order.begin(), order.end(), 0u);
        for (std::size_t i = n; i > 1; --i)
            std::swap(order[i - 1], order[random_bits(params_.seed, i) % i]);
        std::swap(order[0], *std::find(order.begin(), order.end(), entry_));

        std::vector<std::vector<Neighbour>> chosen;
        std::vector<Asked> asked;
        for (std::size_t begin = 1, end; begin < n; begin = end) {
            end = std::min({n, 2 * begin, begin + std::max<std::size_t>(1, n / 50)});
            chosen.resize(end - begin);
            parallel_blocks(end - begin, 8, threads_,
                            [&](unsigned thread, std::size_t from, std::size_t to) {
                if (progress_.stopping()) throw Stopped();
                Worker& mine = worker(thread);
                for (std::size_t i = from; i < to; ++i) {
                    find(order[begin + i], mine);
                    choose(mine.found, mine, chosen[i]);
                }
                progress_.add(to - from);
            });
            asked.clear();
            for (std::size_t i = 0; i < chosen.size(); ++i) {
                const std::uint32_t id = order[begin + i];
                put(id, chosen[i]);
                for (const Neighbour& one : chosen[i]) asked.push_back({one.id, {one.distance, id}});
            }
            link_back(asked);
        }
    }

    /// The nearest to a vertex that a walk meets, into `mine.found`, nearest first.
    void find(std::uint32_t id, Worker& mine) {
        const std::size_t ef = std::max(params_.ef_construction, params_.degree);
        Walk& walk = mine.walk;
        walk.begin(ef, ef);
        walk.seen.insert(id);
        walk.start(entry_, estimate(id, entry_));
        walk.run(graph_, rows_.codes, rows_.shape, rows_.query(id), Effort::nearest(),
                 [](std::uint32_t) {});
        mine.found.clear();
        for (std::size_t i = 0; i < std::min(ef, walk.candidates.near_count()); ++i) {
            const Met one = walk.candidates.near()[i];
            mine.found.push_back({estimate_of(one), id_of(one)});
        }
    }

    /// Of candidates, nearest first, those that are not hidden behind one chosen before.
    void choose(const std::vector<Neighbour>& sorted, Worker& mine, std::vector<Neighbour>& out) const {
        out.clear();
        for (const Neighbour& one : sorted) {
            if (out.size() == params_.degree) break;
            if (!hidden(one, out, mine)) out.push_back(one);
        }
    }

    bool hidden(const Neighbour& one, const std::vector<Neighbour>& chosen, Worker& mine) const {
        // A few at a time: what is hidden is mostly hidden by one of the nearest.
        constexpr std::size_t kFew = 8;
        for (std::size_t i = 0; i < chosen.size(); i += kFew) {
            const std::size_t n = std::min(kFew, chosen.size() - i);
            for (std::size_t j = 0; j < n; ++j) mine.ids[j] = chosen[i + j].id;
            rows_.estimate(one.id, mine.ids.data(), n, mine.estimates.data());
            for (std::size_t j = 0; j < n; ++j)
                if (mine.estimates[j] < one.distance) return true;
        }
        return false;
    }

    void link_back(std::vector<Asked>& asked) {
        std::sort(asked.begin(), asked.end(), [](const Asked& a, const Asked& b) {
            return a.of != b.of ? a.of < b.of : nearer(a.link, b.link);
        });
        std::vector<std::size_t> firsts;
        for (std::size_t i = 0; i < asked.size(); ++i)
            if (i == 0 || asked[i].of != asked[i - 1].of) firsts.push_back(i);
        firsts.push_back(asked.size());
        parallel_blocks(firsts.size() - 1, 64, threads_,
                        [&](unsigned thread, std::size_t from, std::size_t to) {
            Worker& mine = worker(thread);
            for (std::size_t i = from; i < to; ++i) {
                const std::uint32_t id = asked[firsts[i]].of;
                std::vector<Neighbour>& all = mine.found;
                all.clear();
                for (std::size_t j = 0; j < used(id); ++j)
                    all.push_back({distances_[id * params_.degree + j], graph_.links(id)[j]});
                for (std::size_t j = firsts[i]; j < firsts[i + 1]; ++j) all.push_back(asked[j].link);
                if (all.size() <= params_.degree) {
                    put(id, all);
                    continue;
                }
                std::sort(all.begin(), all.end(), nearer);
                choose(all, mine, mine.kept);
                put(id, mine.kept);
            }
        });
    }

    /// Fills the places that are left. New links go into a copy: what a vertex sees of its neighbours
    /// does not depend on who came first.
    void fill() {
        Graph filled(rows_.count, params_.degree);
        parallel_blocks(rows_.count, 64, threads_,
                        [&](unsigned thread, std::size_t from, std::size_t to) {
            if (progress_.stopping()) throw Stopped();
            Worker& mine = worker(thread);
            for (std::size_t i = from; i < to; ++i) {
                const auto id = static_cast<std::uint32_t>(i);
                const std::size_t have = used(id);
                std::copy_n(graph_.links(id), have, filled.links(id));
                if (have == params_.degree) continue;
                near_neighbours(id, have, mine);
                const std::size_t more = std::min(mine.found.size(), params_.degree - have);
                std::partial_sort(mine.found.begin(), mine.found.begin() + static_cast<std::ptrdiff_t>(more),
                                  mine.found.end(), nearer);
                for (std::size_t j = 0; j < more; ++j) filled.links(id)[have + j] = mine.found[j].id;
            }
        });
        graph_ = std::move(filled);
    }

    /// The neighbours of a vertex's neighbours, with estimates, into `mine.found`.
    void near_neighbours(std::uint32_t id, std::size_t have, Worker& mine) const {
        Seen& seen = mine.walk.seen;
        seen.clear();
        seen.insert(id);
        for (std::size_t j = 0; j < have; ++j) seen.insert(graph_.links(id)[j]);
        std::size_t n = 0;
        for (std::size_t j = 0; j < have; ++j) {
            const std::uint32_t* links = graph_.links(graph_.links(id)[j]);
            for (std::size_t l = 0; l < params_.degree; ++l) {
                mine.ids[n] = links[l];
                n += seen.insert(links[l]);
            }
        }
        rows_.estimate(id, mine.ids.data(), n, mine.estimates.data());
        mine.found.clear();
        for (std::size_t j = 0; j < n; ++j) mine.found.push_back({mine.estimates[j], mine.ids[j]});
    }

    void connect() {
        for (std::size_t i = 0; i < graph_.ids.size(); ++i)
            if (graph_.ids[i] == i / params_.degree) graph_.ids[i] = Connector::kNone;
        Connector connector(graph_.ids.data(), params_.degree, params_.degree, rows_.count, entry_);
        std::unique_ptr<Graph> seen;  // as a walk wants it
        connector.run([&](std::uint32_t id) -> const std::vector<Neighbour>& {
            if (progress_.stopping()) throw Stopped();
            Worker& mine = worker(0);
            // The graph as it was before: in what is being changed a place without a link leads nowhere.
            if (!seen) {
                seen = std::make_unique<Graph>(rows_.count, params_.degree);
                std::copy_n(graph_.ids.data(), graph_.ids.size(), seen->ids.data());
                restore(*seen);
            }
            std::swap(graph_, *seen);
            find(id, mine);
            std::swap(graph_, *seen);
            return mine.found;
        });
        restore(graph_);
    }

    static void restore(Graph& graph) {
        for (std::size_t i = 0; i < graph.ids.size(); ++i)
            if (graph.ids[i] == Connector::kNone)
                graph.ids[i] = static_cast<std::uint32_t>(i / graph.degree);
    }

    float estimate(std::uint32_t from, std::uint32_t to) const {
        float out;
        rows_.estimate(from, &to, 1, &out);
        return out;
    }
    std::size_t used(std::uint32_t id) const {
        std::size_t n = 0;
        while (n < params_.degree && graph_.links(id)[n] != id) ++n;
        return n;
    }
    void put(std::uint32_t id, const std::vector<Neighbour>& links) {
        for (std::size_t i = 0; i < params_.degree; ++i) {
            graph_.links(id)[i] = i < links.size() ? links[i].id : id;
            distances_[id * params_.degree + i] = i < links.size() ? links[i].distance : 0.0f;
        }
    }

    const CodedRows& rows_;
    const GraphParams params_;
    const std::uint32_t entry_;
    const unsigned threads_;
    Progress& progress_;
    Graph graph_;
    AlignedArray<float> distances_;  // of the links, while they are chosen among
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace

Graph build_graph(const CodedRows& rows, const GraphParams& params, std::uint32_t entry,
                  unsigned threads, Progress& progress) {
    return Builder(rows, params, entry, threads, progress).run();
}

}  // namespace ann
