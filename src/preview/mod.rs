//! The preview: an issue as its readers will see it, in a page that only this machine serves, while the
//! articles it is made of are edited.
//!
//! Nothing here writes but the buttons of the page, which are commands. What a page shows stands in its address.

mod markup;
mod dress;
mod enclosed;
mod pictures;
mod asked;
mod view;
mod fault;
mod nearby;
mod newsletter;
mod desk;
mod watch;
mod guard;
mod act;
mod choice;
mod inbox;
mod frames;
mod places;
mod stories;
mod targets;
mod page;
mod serve;

pub use asked::{Asked, Selecting, Tab, What};
pub use desk::Preview;
pub use dress::{Dress, Frames, Scheme};
pub use pictures::{Chromium, NoPicture, VARIANTS, Variant};
pub use serve::{PORT, Server};
pub use view::{Fault, Listed, Mail, Nearby, Shown, Standing};
