// Damaged index files whose checksum fits: loading says so, or the index answers. Nothing else happens.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <stdexcept>

#include "archive.hpp"
#include "fuzz_data.hpp"

namespace {

using ann::QuantizedGraph;

constexpr std::size_t kPage = 4096, kBytesAt = 24, kChecksumAt = 32;

std::string read(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Where a change tells most: numbers, counts and small vectors stand in front of each array.
std::size_t place(Draw& draw, const std::string& file) {
    const std::size_t behind = file.size() - kPage;
    if (draw.one_in(3)) return kPage + draw.between(0, behind - 1);
    const std::size_t page = draw.between(0, behind / kPage);
    return std::min(kPage * (1 + page) + draw.of_any_size(0, 255), file.size() - 1);
}

void damage(Draw& draw, std::string& file) {
    const std::size_t at = place(draw, file), word = at / 8 * 8;
    const auto put = [&](auto value) {
        std::memcpy(file.data() + word, &value, std::min(sizeof value, file.size() - word));
    };
    switch (draw.between(0, 6)) {
        case 0: file[at] = static_cast<char>(file[at] ^ (1 << draw.between(0, 7))); break;
        case 1: file[at] = static_cast<char>(draw.bits()); break;
        case 2: put(draw.bits()); break;
        case 3: put(std::uint64_t{1} << draw.between(0, 63)); break;
        case 4: {
            std::uint64_t old = 0;
            std::memcpy(&old, file.data() + word, std::min(sizeof old, file.size() - word));
            put(old + draw.between(0, 4) - 2);
            break;
        }
        case 5: file.erase(std::max(kPage, word), 8 * draw.between(1, 4)); break;
        default: file.insert(word, std::string(8 * draw.between(1, 4), draw.any({'\0', '\1', '\377'})));
    }
}

/// The first page as it would be had this been saved.
void seal(std::string& file) {
    ann::Checksum sum;
    sum.add(file.data() + kPage, file.size() - kPage);
    const std::uint64_t bytes = file.size(), checksum = sum.value();
    std::memcpy(file.data() + kBytesAt, &bytes, sizeof bytes);
    std::memcpy(file.data() + kChecksumAt, &checksum, sizeof checksum);
}

void ask(Draw& draw, const QuantizedGraph& index) {
    const auto searcher = index.searcher(draw.any<std::size_t>({0, 1000, 1500, 10000}));
    const std::size_t k = draw.of_any_size(1, std::min<std::size_t>(index.count(), 1000));
    std::vector<std::int32_t> ids(k);
    std::vector<float> query(index.dim());
    for (int q = 0; q < 3; ++q) {
        for (float& x : query) x = draw.any({1.0f, 100.0f}) * draw.spread();
        searcher->search(query.data(), k, ids.data());
        for (const std::int32_t id : ids)
            CHECK(id >= -1 && id < static_cast<std::int64_t>(index.count()));
    }
}

}  // namespace

int main() {
    std::size_t refused = 0, answered = 0;
    const int code = fuzz("file", 0.35, [&](Draw& draw) {
        const FuzzedData data(draw);
        const std::string path = fuzz_path();
        fuzzed_index(draw, data).save(path);
        const std::string whole = read(path);
        std::string sealed = whole;
        seal(sealed);
        CHECK(sealed == whole);
        for (int times = 0; times < 30; ++times) {
            std::string file = whole;
            for (std::size_t changes = draw.of_any_size(1, 4); changes > 0; --changes) damage(draw, file);
            seal(file);
            std::ofstream(path, std::ios::binary).write(file.data(), static_cast<std::streamsize>(file.size()));
            try {
                const QuantizedGraph index = QuantizedGraph::load(path, draw.one_in(2));
                ++answered;
                ask(draw, index);
            } catch (const std::runtime_error& e) {
                CHECK(std::strstr(e.what(), path.c_str()) != nullptr);
                ++refused;
            }
        }
        std::remove(path.c_str());
    });
    std::printf("%zu files refused, %zu answered\n", refused, answered);
    return code;
}
