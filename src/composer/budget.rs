//! The room there is: Gmail shows the first 102 KB of an HTML part, and hides the rest with its footer.
//!
//! An issue near that is shortened by rule, from its end: first bodies become summaries, then summaries become
//! headlines. The footer always stays, and so does each headline: what is too large even then is told, and never mailed.

/// What is shown of the HTML, in bytes.
const SHOWN: usize = 102_400;

/// How large it may be: 80 % of that, for what mail software adds on the way.
const MOST: usize = SHOWN / 5 * 4;

/// What was shortened, counted from the end of the issue.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Trimmed {
    /// How many stories show no body.
    pub summaries: usize,
    /// How many show their headline only.
    pub headlines: usize,
    /// By how many bytes the HTML is larger than what is shown, even so: the link to unsubscribe is hidden.
    pub over: usize,
}

impl Trimmed {
    /// Whether all is shown as the digest's layout says.
    #[must_use]
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// The `step`th thing to do: all bodies go before the first summary.
    fn step(step: usize, most: Self) -> Self {
        let headlines = step.saturating_sub(most.summaries);
        Self { summaries: step.min(most.summaries), headlines, over: 0 }
    }

    /// About how many headlines have room, of `stories` that have none.
    #[must_use]
    pub fn room(self, stories: usize) -> usize {
        stories * MOST / (SHOWN + self.over)
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
    let html = found.map_or_else(|| render(trimmed), Ok)?;
    Ok((Trimmed { over: html.len().saturating_sub(SHOWN), ..trimmed }, html))
}
