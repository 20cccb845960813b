#pragma once
// codec/probe: what is in a source and whether browsers play it as it is.

#include "base/result.h"
#include "media/probe.h"
#include "source.h"

namespace matinee::codec {

/// Reads every packet once, decodes none. Errors: invalid (no video), corrupt (truncated, damaged).
Result<media::Probe> probe(Source& source);

}  // namespace matinee::codec
