//! The preview: an issue as its readers will see it, in a page that only this machine serves, while the
//! articles it is made of are edited.
//!
//! Nothing here writes but the buttons of the page, which are commands. What a page shows stands in its address.

mod markup;
mod dress;
mod asked;
mod view;

pub use asked::{Asked, Selecting, Tab, What};
pub use dress::{Dress, Frames, Scheme, dressed, policy};
pub use view::{Fault, Listed, Mail, Nearby, Shown, Standing};
