// Removes passwords from texts that people read. PURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hotspot::text {

inline constexpr std::string_view kHidden = "****";

// "qemu+ssh://root:secret@h1/system" → "qemu+ssh://root:****@h1/system", wherever such addresses occur in the text. The
// same for parameters with the name of a password ("?password=secret").
std::string without_passwords(std::string_view text);

// For a line of a configuration file: the byte at which a secret value begins, as in "password: secret" or "{user: u,
// passphrase: secret}"; the value ends with the line. Names of files ("password_file") are no secrets. If the value is
// on the next line, the position is the end of this one.
std::optional<std::size_t> secret_value(std::string_view line);

}  // namespace hotspot::text
