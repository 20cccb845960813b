#pragma once
// app/terminal_qr: a QR code drawn with characters, for a phone that looks at the terminal.

#include <string>
#include <string_view>

namespace matinee::app {

/// Lines of half blocks, two modules a character, dark on light with a quiet zone of four modules
/// (ISO/IEC 18004 section 5.3.8), in colours of its own, so that it reads on any terminal; "" when
/// the text is too long for a code.
std::string terminal_qr(std::string_view text);

}  // namespace matinee::app
