// Passwords in texts that people read: they are left out. PURE.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace hotspot::text {

inline constexpr std::string_view kHidden = "****";

// "qemu+ssh://root:secret@h1/system" ▶ "qemu+ssh://root:****@h1/system", wherever such addresses stand in the text;
// so does the value of a parameter that is called like a password ("?password=secret").
std::string without_passwords(std::string_view text);

// Of a line of a configuration file: the byte at which a value begins that must not be shown, as in
// "password: secret" or "{user: u, passphrase: secret}"; it ends with the line. Names of files ("password_file") may
// be shown. A value that stands on the next line begins behind the end of this one.
std::optional<std::size_t> secret_value(std::string_view line);

}  // namespace hotspot::text
