/** The last part of the breadcrumb, which only the page knows once its object is there. */
class Trail {
  leaf = $state('');
}

export const trail = new Trail();
