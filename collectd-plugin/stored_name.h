// Names as collectd's writers can store them: a file's name for csv and RRD, a word of a path for Graphite.
//
// PURE. A slash, control characters (C0, DEL, C1, separators of lines and paragraphs), bytes that are no UTF-8, and
// blanks at either end become "_"; so do the dot that a folder's name begins with, which collectd's writers refuse, and
// all the dots of a name that has nothing else. What is longer than collectd takes is cut at a character's end and ends
// with a hash of the whole name: "-1f0c55ab". A name that can be stored stays as it is.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotspot::collector {

inline constexpr std::size_t kMostNameBytes = 127;  // collectd 5.12: DATA_MAX_NAME_LEN without the byte 0 at its end

// Where the name stands: a folder of its own ("web1/"), or within another name ("disk_ops-vda").
enum class Place { kFolder, kWithin };

std::string stored_name(std::string_view name, Place place, std::size_t most_bytes = kMostNameBytes);

// Eight hexadecimal digits that depend on the text alone (FNV-1a).
std::string short_hash(std::string_view text);

}  // namespace hotspot::collector
