#pragma once
// functions/embedded_facts: what a film's own file tells of it: chapters and tags. Pure.

#include "catalog/title_facts.h"
#include "media/probe.h"

namespace matinee::functions {

/// Takes over what `facts` does not know yet; what an .nfo said stays. Returns whether anything
/// was.
bool add_embedded_facts(catalog::TitleFacts& facts, const media::Probe& probe);

}  // namespace matinee::functions
