// Makes names storable for collectd's writers: as a file name for csv and RRD, as a word of a path for Graphite.
//
// PURE. A slash, control characters (C0, DEL, C1, separators of lines and paragraphs), bytes that are not UTF-8, and
// blanks at either end become "_"; so do a dot at the beginning of a directory name, which collectd's writers refuse,
// and all dots of a name that consists of dots. A name that is too long for collectd is cut at the end of a character
// and ends with a hash of the whole name: "-1f0c55ab". A storable name is unchanged.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace hotspot::collector {

inline constexpr std::size_t kMostNameBytes = 127;  // collectd 5.12: DATA_MAX_NAME_LEN without the terminating zero

// Where the name is used: as a directory ("web1/"), or within another name ("disk_ops-vda").
enum class Place { kFolder, kWithin };

std::string stored_name(std::string_view name, Place place, std::size_t most_bytes = kMostNameBytes);

// Eight hexadecimal digits that depend only on the text (FNV-1a).
std::string short_hash(std::string_view text);

}  // namespace hotspot::collector
