//! Why a measurement could not be taken.

/// Something the load test needs did not work.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Trouble {
    /// The machine refused.
    #[error("cannot {doing}")]
    Io {
        /// What was tried.
        doing: &'static str,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A certificate or token could not be made.
    #[error("cannot make {what}")]
    Made {
        /// What.
        what: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A database refused.
    #[error("the database cannot {doing}")]
    Database {
        /// What was tried.
        doing: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A process did not start or did not do as it should.
    #[error("{0}")]
    Process(String),
    /// Something that was waited for did not happen.
    #[error("waited {seconds} s for {what} in vain")]
    Late {
        /// What was waited for.
        what: String,
        /// For how long.
        seconds: u64,
    },
}

/// Says what was tried when the machine refuses.
pub(crate) trait Doing<T> {
    /// Turns an input or output error into [`Trouble`].
    fn doing(self, doing: &'static str) -> Result<T, Trouble>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, doing: &'static str) -> Result<T, Trouble> {
        self.map_err(|source| Trouble::Io { doing, source })
    }
}

/// An error of making something.
pub(crate) fn made<E: std::error::Error + Send + Sync + 'static>(
    what: &'static str,
) -> impl FnOnce(E) -> Trouble {
    move |source| Trouble::Made { what, source: Box::new(source) }
}

/// An error of a database.
pub(crate) fn database<E: std::error::Error + Send + Sync + 'static>(
    doing: &'static str,
) -> impl FnOnce(E) -> Trouble {
    move |source| Trouble::Database { doing, source: Box::new(source) }
}
