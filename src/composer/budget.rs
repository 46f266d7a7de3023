//! The room there is: Gmail shows the first 102 KB of an HTML part, and hides the rest with its footer.
//!
//! An issue near that is shortened by rule, from its end: first bodies become summaries, then summaries
//! become headlines. The footer always stays, and so does each headline: what is too large even then is told,
//! and never mailed.

use ring::digest;

/// What Gmail shows of the HTML, in bytes; it hides the rest. Lint holds messages to the same.
pub const CLIP: usize = 102_400;

/// How large it may be: 80 % of that, for what mail software adds on the way.
const MOST: usize = CLIP / 5 * 4;

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

    /// About how many headlines have room, of `stories` that have none.
    #[must_use]
    pub fn room(self, stories: usize) -> usize {
        stories * MOST / (CLIP + self.over)
    }
}

/// What stands before and after each story in a rendered page, for its size to be known: a comment that no author can
/// have written, for it holds the hash of what they wrote.
pub(super) fn mark<'a>(bodies: impl Iterator<Item = &'a str>) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    bodies.for_each(|body| context.update(body.as_bytes()));
    let hash = context.finish();
    let number = hash.as_ref().iter().take(16).fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    format!("<!--{number:032x}-->")
}

/// The HTML with the least shortened that has room, and what that is; with all shortened where nothing has.
///
/// `bodies` are the sizes of the bodies before styles are put into them, the lead's first, and `mark` stands around each
/// story. Where bodies are shortened, a page is rendered two times only: putting the styles in takes most of the time
/// that composing does.
///
/// # Errors
/// Those of `render`.
pub(super) fn fitting<E>(
    mark: &str,
    bodies: &[usize],
    render: impl Fn(Trimmed) -> Result<String, E>,
) -> Result<(Trimmed, String), E> {
    let with = |summaries| render(Trimmed { summaries, ..Trimmed::default() });
    // Styles only add to a body: what is too much without them need not be tried.
    let mut summaries = bodies.len() - kept(bodies);
    let whole = with(summaries)?;
    let whole = Pieces::of(&whole, mark);
    let mut size = whole.size();
    if size <= MOST {
        return Ok((Trimmed { summaries, ..Trimmed::default() }, whole.join()));
    }
    // Stories are as large as they are whatever is beside them, so that those of two pages make any page
    // between.
    let short = with(bodies.len())?;
    let short = Pieces::of(&short, mark);
    let stories = whole.stories_from_the_end().zip(short.stories_from_the_end());
    for (whole, short) in stories.skip(summaries) {
        if size <= MOST {
            break;
        }
        size = size + short - whole;
        summaries += 1;
    }
    if size <= MOST {
        return Ok((Trimmed { summaries, ..Trimmed::default() }, whole.joined_with(&short, summaries)));
    }
    let most = Trimmed { summaries: bodies.len(), headlines: bodies.len().saturating_sub(1), over: 0 };
    halve(most, |headlines| Ok(render(Trimmed { headlines, ..most })?.replace(mark, "")))
}

/// How many of the first bodies have room together.
fn kept(bodies: &[usize]) -> usize {
    let sums = bodies.iter().scan(0, |sum, size| {
        *sum += size;
        Some(*sum)
    });
    sums.take_while(|sum| *sum <= MOST).count()
}

/// The fewest headlines that have room. Each more is less HTML, so that halving finds them.
fn halve<E>(most: Trimmed, render: impl Fn(usize) -> Result<String, E>) -> Result<(Trimmed, String), E> {
    let (mut low, mut high) = (1.min(most.headlines), most.headlines);
    let mut found = None;
    while low < high {
        let middle = usize::midpoint(low, high);
        let html = render(middle)?;
        if html.len() <= MOST {
            high = middle;
            found = Some(html);
        } else {
            low = middle + 1;
        }
    }
    let html = found.map_or_else(|| render(high), Ok)?;
    let over = html.len().saturating_sub(CLIP);
    Ok((Trimmed { headlines: high, over, ..most }, html))
}

/// A page in the pieces between its marks: by turns what is around stories, and a story.
struct Pieces<'a>(Vec<&'a str>);

impl<'a> Pieces<'a> {
    fn of(html: &'a str, mark: &str) -> Self {
        Self(html.split(mark).collect())
    }

    /// The sizes of its stories, the last one first.
    fn stories_from_the_end(&self) -> impl Iterator<Item = usize> {
        self.0.rchunks_exact(2).map(|pair| pair[0].len())
    }

    fn size(&self) -> usize {
        self.0.iter().map(|piece| piece.len()).sum()
    }

    fn join(&self) -> String {
        self.0.concat()
    }

    /// The page with the last `count` stories of another.
    fn joined_with(&self, other: &Self, count: usize) -> String {
        let own = self.0.len() - 2 * count;
        [&self.0[..own], &other.0[own..]].concat().concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STORY: &str = "<!--a hash-->";

    /// A page of stories with bodies of these sizes; a summary takes 1,000 bytes, a headline 100.
    fn page(bodies: &[usize], trimmed: Trimmed) -> String {
        let told = |(at, body): (usize, &usize)| {
            let from_end = bodies.len() - at;
            let size = match from_end {
                _ if from_end <= trimmed.headlines => 100,
                _ if from_end <= trimmed.summaries => 1000,
                _ => body + body / 2, // Styles are put in.
            };
            format!("{STORY}{}{STORY} ", "x".repeat(size))
        };
        format!("head{}foot", bodies.iter().enumerate().map(told).collect::<String>())
    }

    #[test]
    fn the_least_is_shortened_that_has_room() {
        for bodies in [
            vec![5_000; 3],
            vec![30_000; 9],
            vec![1, 90_000, 2, 3],
            vec![90_000],
            vec![3_000; 80],
            vec![60_000, 400, 400, 400, 30_000, 10],
            vec![2_000; 2_000],
        ] {
            let (trimmed, html) =
                fitting(STORY, &bodies, |trimmed| Ok::<_, ()>(page(&bodies, trimmed))).unwrap();
            assert_eq!(html, page(&bodies, trimmed).replace(STORY, ""), "{trimmed:?}");
            let fits = |trimmed| page(&bodies, trimmed).replace(STORY, "").len() <= MOST;
            let most = Trimmed { summaries: bodies.len(), headlines: bodies.len() - 1, over: 0 };
            assert_eq!(html.len() <= MOST, fits(most), "{trimmed:?}");
            let less = match trimmed {
                Trimmed { summaries: 0, .. } => continue,
                Trimmed { headlines: 0, summaries, .. } => Trimmed { summaries: summaries - 1, ..trimmed },
                Trimmed { headlines, .. } => Trimmed { headlines: headlines - 1, ..trimmed },
            };
            assert!(!fits(less), "{trimmed:?} is more than it takes");
        }
    }
}
