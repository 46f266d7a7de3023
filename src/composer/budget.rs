//! The room there is: Gmail shows the first 102 KB of an HTML part, and hides the rest with its footer.
//!
//! An issue near that is shortened by rule, from its end: first bodies become summaries, then summaries become
//! headlines. The footer always stays.

/// How large the HTML may be, in bytes: 80 % of what is shown, for what mail software adds on the way.
const MOST: usize = 102_400 / 5 * 4;

/// What was shortened, counted from the end of the issue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trimmed {
    /// How many stories show no body.
    pub summaries: usize,
    /// How many show their headline only.
    pub headlines: usize,
}

impl Trimmed {
    /// Whether all is shown as the digest's layout says.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// The `step`th thing to do: all bodies go before the first summary.
    fn step(step: usize, most: Self) -> Self {
        Self { summaries: step.min(most.summaries), headlines: step.saturating_sub(most.summaries) }
    }
}

/// The HTML with the least shortened that has room, and what that is; with all shortened where nothing has.
///
/// # Errors
/// Those of `render`.
pub(super) fn fitting<E>(
    most: Trimmed,
    render: impl Fn(Trimmed) -> Result<String, E>,
) -> Result<(Trimmed, String), E> {
    let whole = render(Trimmed::default())?;
    if whole.len() <= MOST {
        return Ok((Trimmed::default(), whole));
    }
    // Each step is shorter than the one before, so that halving finds the first that fits.
    let (mut low, mut high) = (1, most.summaries + most.headlines);
    let mut found = None;
    while low < high {
        let middle = usize::midpoint(low, high);
        let html = render(Trimmed::step(middle, most))?;
        if html.len() <= MOST {
            high = middle;
            found = Some(html);
        } else {
            low = middle + 1;
            found = None;
        }
    }
    let trimmed = Trimmed::step(high, most);
    Ok((trimmed, found.map_or_else(|| render(trimmed), Ok)?))
}
