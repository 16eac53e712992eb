//! The recipes of `docs/backends.md`, as they stand there.

/// The section of a back end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recipe {
    pub name: &'static str,
    /// The block of Rust.
    pub code: &'static str,
    /// The block of variables.
    variables: &'static str,
}

impl Recipe {
    /// All of them, in their order.
    ///
    /// # Panics
    ///
    /// Where a section has not one block of each kind.
    pub fn all() -> Vec<Self> {
        let sections = include_str!("../../docs/backends.md").split("\n## ").skip(1);
        let recipe = |section: &'static str| {
            let (name, text) = section.split_once('\n').expect("a heading");
            let block = |language: &str| {
                let fence = format!("```{language}\n");
                let blocks: Vec<&str> = text.split(&*fence).skip(1).collect();
                let [block] = *blocks else { panic!("{name} has one block of {language}") };
                block.split("```").next().unwrap_or_default()
            };
            Self { name, code: block("rust"), variables: block("sh") }
        };
        sections.map(recipe).collect()
    }

    /// That of this name.
    ///
    /// # Panics
    ///
    /// Where there is none.
    pub fn of(name: &str) -> Self {
        let found = Self::all().into_iter().find(|recipe| recipe.name == name);
        found.unwrap_or_else(|| panic!("nothing is documented of {name}"))
    }

    /// The variables, with `host` in the place of each address's: `http://127.0.0.1:4318`.
    ///
    /// # Panics
    ///
    /// Where a line is no variable.
    pub fn variables(&self, host: &str) -> Vec<(&'static str, String)> {
        let variable = |line: &'static str| {
            let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("{line}"));
            let value = match value.split_once("://") {
                Some((_, address)) => {
                    let path = address.find('/').map_or("", |path| &address[path..]);
                    format!("{host}{path}")
                }
                None => value.to_owned(),
            };
            (name, value)
        };
        self.variables.lines().map(variable).collect()
    }
}
